import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { ProcessIdentity } from '../../src/ledger/process.ts';
import { type FakeClock, fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { item, newRun, output, request, stamp } from './rows.ts';

let clock: FakeClock;
let file: string;
let ledger: Ledger;
const opened: Ledger[] = [];

// A process on a machine that cannot be looked at: only its heartbeat tells whether it lives.
const elsewhere: ProcessIdentity = { machine: 'another machine', pid: 4711, startedAt: '1' };

async function open(owner?: ProcessIdentity): Promise<Ledger> {
  const other = await openLedger(file, clock, owner);
  opened.push(other);
  return other;
}

beforeEach(async () => {
  clock = fakeClock();
  file = join(await tempFolder(), 'state', 'ledger.sqlite');
  ledger = await open();
});

afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

describe('the file', () => {
  it.skipIf(process.platform === 'win32')('is for its owner only', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('is sound and of the known schema', () => {
    expect(ledger.check()).toEqual({ schemaVersion: 3, problems: [] });
  });
});

describe('runs', () => {
  it('tell what they are, while they run and afterwards', async () => {
    const run = await ledger.beginRun(newRun);
    expect(run.id).toMatch(/^2026-11-21T0412-[a-z2-9]{3}$/);
    expect(ledger.lastRun()).toEqual({
      ...newRun,
      id: run.id,
      state: 'running',
      live: true,
      pid: process.pid,
      startedMs: clock.now(),
      heartbeatMs: clock.now(),
      endedMs: undefined,
      counts: undefined,
    });
    clock.advance(5_000);
    await ledger.heartbeat(run);
    clock.advance(2_000);
    await ledger.endRun(run, { state: 'finished', counts: { enhanced: 2 } });
    const row = ledger.run(run.id);
    expect(row).toMatchObject({ state: 'finished', live: false, counts: { enhanced: 2 } });
    expect([row?.heartbeatMs, row?.endedMs]).toEqual([clock.now() - 2_000, clock.now()]);
  });

  it('are listed newest first, as many as asked for', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 4; index++) ids.push((await ledger.beginRun(newRun)).id);
    expect(ledger.runs(3).map(({ id }) => id)).toEqual(ids.reverse().slice(0, 3));
    expect(ledger.run('no such run')).toBeUndefined();
  });

  it('whose process died are closed by the next', async () => {
    const other = await open(elsewhere);
    const dead = await other.beginRun(newRun);
    await other.claim(dead, request('a.jpg'));
    clock.advance(29_000);
    await ledger.beginRun(newRun);
    expect(ledger.run(dead.id)).toMatchObject({ state: 'running', live: true });
    clock.advance(2_000);
    expect(ledger.run(dead.id)).toMatchObject({ state: 'running', live: false });
    await ledger.beginRun(newRun);
    expect(ledger.run(dead.id)).toMatchObject({ state: 'interrupted', endedMs: clock.now() - 31_000 });
  });

  it.each([
    ['the same folder', ['/photos'], 11],
    ['a folder within', ['/other', '/photos/a'], 11],
    ['a folder around', ['/'], 11],
    ['a file within', ['/photos/a.jpg'], 11],
    ['a folder whose name only begins alike', ['/photos2', '/photo'], undefined],
    ['another folder', ['/..photos'], undefined],
  ])('in place on %s', async (_, roots, exitCode) => {
    const inPlace = { ...newRun, inPlace: true, outputFolder: undefined };
    const other = await open();
    const first = await other.beginRun(inPlace);
    const second = ledger.beginRun({ ...inPlace, roots });
    if (exitCode === undefined) {
      await expect(second).resolves.toHaveProperty('id');
      return;
    }
    await expect(second).rejects.toMatchObject({
      exitCode,
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await other.endRun(first, { state: 'finished', counts: {} });
    await expect(ledger.beginRun({ ...inPlace, roots })).resolves.toHaveProperty('id');
  });

  it('in place do not bar a run into another folder', async () => {
    await (await open()).beginRun({ ...newRun, inPlace: true });
    await expect(ledger.beginRun(newRun)).resolves.toHaveProperty('id');
  });
});

describe('outputs', () => {
  it('come back exactly, by source and by path', async () => {
    const run = await ledger.beginRun(newRun);
    const row = output('a b\n\u{1f4f7}.jpg');
    await ledger.done(run, row, item('a'));
    const expected = { ...row, runId: run.id, doneAtMs: clock.now() };
    expect(ledger.finishedBySource(row.sourcePath, 'recipe', '/out')).toEqual(expected);
    expect(ledger.outputAt(row.outputPath)).toEqual(expected);
    expect(expected.source.mtimeNs).toBe(stamp.mtimeNs);
  });

  it.each([
    ['another source', ['/photos/b.jpg', 'recipe', '/out']],
    ['another recipe', ['/photos/a.jpg', 'other', '/out']],
    ['another folder', ['/photos/a.jpg', 'recipe', '/out2']],
  ] as const)('are not found for %s', async (_, by) => {
    const run = await ledger.beginRun(newRun);
    await ledger.done(run, output('a.jpg'), item('a.jpg'));
    expect(ledger.finishedBySource(by[0], by[1], by[2])).toBeUndefined();
  });

  it('are replaced by the latest at the same path', async () => {
    const run = await ledger.beginRun(newRun);
    await ledger.done(run, output('a.jpg'), item('a.jpg'));
    const again = { ...output('a.jpg'), state: 'unchanged', output: undefined, plan: undefined } as const;
    await ledger.done(run, again, item('a.jpg'));
    expect(ledger.outputAt('/out/a.jpg')).toMatchObject(again);
    expect([...ledger.items(run.id)]).toHaveLength(2);
  });
});

describe('claims', () => {
  it('go to the first, until it ends, releases or finishes', async () => {
    const other = await open();
    const [mine, theirs] = [await ledger.beginRun(newRun), await other.beginRun(newRun)];
    for (const name of ['a', 'b', 'c']) {
      expect(await ledger.claim(mine, request(name))).toEqual({ kind: 'mine', standing: undefined });
      expect(await other.claim(theirs, request(name))).toEqual({
        kind: 'other',
        runId: mine.id,
        pid: process.pid,
      });
    }
    await ledger.release(mine, '/out/a');
    expect(await other.claim(theirs, request('a'))).toEqual({ kind: 'mine', standing: undefined });
    await ledger.done(mine, output('b'), item('b'));
    expect(await other.claim(theirs, request('b'))).toMatchObject({
      kind: 'mine',
      standing: { ...output('b'), runId: mine.id },
    });
    await ledger.endRun(mine, { state: 'interrupted', counts: {} });
    expect(await other.claim(theirs, request('c'))).toMatchObject({ kind: 'mine' });
  });

  it('are released when the item failed', async () => {
    const other = await open();
    const [mine, theirs] = [await ledger.beginRun(newRun), await other.beginRun(newRun)];
    await ledger.claim(mine, request('a'));
    await ledger.recordItem(mine, { ...item('a'), state: 'failed', reason: 'damaged' });
    expect(await other.claim(theirs, request('a'))).toMatchObject({ kind: 'mine' });
  });

  it('of a run that went silent are taken over', async () => {
    const other = await open(elsewhere);
    const dead = await other.beginRun(newRun);
    const run = await ledger.beginRun(newRun);
    await other.claim(dead, request('a'));
    clock.advance(29_000);
    expect(await ledger.claim(run, request('a'))).toEqual({ kind: 'other', runId: dead.id, pid: 4711 });
    clock.advance(2_000);
    expect(await ledger.claim(run, request('a'))).toMatchObject({ kind: 'mine' });
  });

  it('of one run collide, also when the first is done, failed or was skipped', async () => {
    const run = await ledger.beginRun(newRun);
    await ledger.claim(run, request('a.jpg'));
    await ledger.done(run, output('a.jpg'), item('a.jpg'));
    await ledger.claim(run, request('b.jpg'));
    await ledger.release(run, '/out/b.jpg');
    ledger.seen('/out/c.jpg', '/photos/c.jpg');
    for (const name of ['a', 'b', 'c']) {
      const second = request(`${name.toUpperCase()}.jpg`);
      expect(await ledger.claim(run, second)).toEqual({ kind: 'collision', with: `/photos/${name}.jpg` });
      expect(await ledger.claim(run, request(`${name}.jpg`))).toMatchObject({ kind: 'mine' });
    }
  });
});

describe('seen', () => {
  it('tells who came first, without a run, and begins anew with the next run', async () => {
    expect(ledger.seen('/out/a', '/1')).toBeUndefined();
    expect(ledger.seen('/out/a', '/2')).toBe('/1');
    expect(ledger.seen('/out/a', '/1')).toBe('/1');
    await ledger.beginRun(newRun);
    expect(ledger.seen('/out/a', '/2')).toBeUndefined();
  });

  it('is not told to other processes', async () => {
    ledger.seen('/out/a', '/1');
    expect((await open()).seen('/out/a', '/2')).toBeUndefined();
  });
});

describe('items', () => {
  it('come back in their order, all or by state', async () => {
    const run = await ledger.beginRun(newRun);
    const failure = {
      source: '/photos/x',
      output: undefined,
      state: 'failed',
      reason: 'damaged',
      elapsedMs: 1.6,
    } as const;
    await ledger.recordItem(run, { ...failure, message: 'cut short', hint: 'copy it again' });
    for (let index = 0; index < 1_203; index++) {
      await ledger.recordItem(run, {
        ...failure,
        state: 'skipped',
        reason: 'not-a-file',
        source: `/photos/${index}`,
      });
    }
    await ledger.done(run, output('a'), item('a'));
    const sources = [...ledger.items(run.id)].map(({ source }) => source);
    expect(sources).toHaveLength(1_205);
    expect([sources[0], sources[1], sources[1_203], sources[1_204]]).toEqual([
      '/photos/x',
      '/photos/0',
      '/photos/1202',
      '/photos/a',
    ]);
    const rest = {
      message: 'cut short',
      hint: 'copy it again',
      elapsedMs: 2,
      runId: run.id,
      atMs: clock.now(),
    };
    expect([...ledger.items(run.id, 'failed')]).toEqual([{ ...failure, ...rest }]);
    expect([...ledger.items('no such run')]).toEqual([]);
  });

  it('that were skipped as done before leave no row', async () => {
    const run = await ledger.beginRun(newRun);
    await ledger.recordItem(run, { ...item('a'), state: 'skipped' });
    await ledger.recordItem(run, { ...item('b'), state: 'skipped', reason: 'output-exists' });
    expect([...ledger.items(run.id)]).toEqual([]);
    await ledger.endRun(run, { state: 'finished', counts: {} });
    expect([...ledger.items(run.id)].map(({ source }) => source)).toEqual(['/photos/b']);
  });

  it('that were skipped are forgotten after two weeks, others never', async () => {
    const run = await ledger.beginRun(newRun);
    await ledger.recordItem(run, { ...item('a'), state: 'skipped', reason: 'output-exists' });
    await ledger.recordItem(run, { ...item('b'), state: 'failed', reason: 'damaged' });
    await ledger.endRun(run, { state: 'finished', counts: {} });
    clock.advance(14 * 86_400_000);
    await ledger.beginRun(newRun);
    expect([...ledger.items(run.id)]).toHaveLength(2);
    clock.advance(1);
    await ledger.beginRun(newRun);
    expect([...ledger.items(run.id)].map(({ source }) => source)).toEqual(['/photos/b']);
  });
});

describe('what is done', () => {
  it('is there after the ledger was opened again', async () => {
    const run = await ledger.beginRun(newRun);
    await ledger.done(run, output('a'), item('a'));
    for (const each of opened.splice(0)) each.close();
    ledger = await open();
    expect(ledger.outputAt('/out/a')).toMatchObject(output('a'));
    expect(ledger.lastRun()?.id).toBe(run.id);
  });

  it('is all or nothing', async () => {
    const run = await ledger.beginRun(newRun);
    await ledger.claim(run, request('a'));
    const bad = { ...item('a'), state: 'no such state' as 'failed' };
    await expect(ledger.done(run, output('a'), bad)).rejects.toThrow('CHECK constraint');
    expect(ledger.outputAt('/out/a')).toBeUndefined();
    const other = await open();
    expect(await other.claim(await other.beginRun(newRun), request('a'))).toMatchObject({ kind: 'other' });
  });
});
