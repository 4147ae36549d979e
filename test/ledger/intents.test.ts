import { lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { FileStamp, NewOutput } from '../../src/ledger/outputs.ts';
import type { ProcessIdentity } from '../../src/ledger/process.ts';
import type { Run } from '../../src/ledger/runs.ts';
import { type FakeClock, fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { item, newRun, output } from './rows.ts';

// Processes on machines that cannot be looked at: only their heartbeat tells whether they live.
const elsewhere: ProcessIdentity = { machine: 'another machine', pid: 4711, startedAt: '1' };

let clock: FakeClock;
let folder: string;
let place: string;
let temp: string;
let ledger: Ledger;
let other: Ledger;
let dying: Run;

beforeEach(async () => {
  clock = fakeClock();
  folder = await tempFolder();
  place = join(folder, 'out', 'a.jpg');
  temp = join(folder, 'out', 'a.tmp');
  mkdirSync(dirname(place));
  writeFileSync(temp, 'the result');
  ledger = await openLedger(join(folder, 'ledger.sqlite'), clock);
  other = await openLedger(join(folder, 'ledger.sqlite'), clock, elsewhere);
  dying = await other.beginRun(newRun);
});

afterEach(() => {
  ledger.close();
  other.close();
});

function stampOf(path: string): FileStamp {
  const { size, mtimeNs, ino } = lstatSync(path, { bigint: true });
  return { size: Number(size), mtimeNs, inode: ino, sha256: 'b'.repeat(64) };
}

function request() {
  return { collisionKey: place, outputPath: place, sourcePath: '/photos/a.jpg' };
}

async function intend(): Promise<NewOutput> {
  await other.claim(dying, request());
  const intended = { ...output('a.jpg'), outputPath: place, output: stampOf(temp) };
  await other.intend(dying, intended);
  return intended;
}

const die = () => clock.advance(31_000);

describe('an output whose run died between its rename and its record', () => {
  it('is recorded by the next run, as the work of the dead one', async () => {
    const intended = await intend();
    renameSync(temp, place);
    die();
    await ledger.beginRun(newRun);
    const row = { ...intended, runId: dying.id, doneAtMs: clock.now() };
    expect(ledger.outputAt(place)).toEqual(row);
    expect(ledger.finishedBySource('/photos/a.jpg', 'recipe', '/out')).toEqual(row);
    expect([...ledger.items(dying.id)]).toMatchObject([
      { source: '/photos/a.jpg', output: place, state: 'enhanced', atMs: clock.now() },
    ]);
    expect(ledger.run(dying.id)).toMatchObject({ state: 'interrupted' });
  });

  it('is recorded by a living run that takes the claim over', async () => {
    const run = await ledger.beginRun(newRun);
    const intended = await intend();
    renameSync(temp, place);
    expect(await ledger.claim(run, request())).toMatchObject({ kind: 'other' });
    die();
    expect(await ledger.claim(run, request())).toEqual({
      kind: 'mine',
      standing: { ...intended, runId: dying.id, doneAtMs: clock.now() },
    });
    expect([...ledger.items(dying.id)]).toHaveLength(1);
  });

  it('is recorded once', async () => {
    await intend();
    renameSync(temp, place);
    die();
    await ledger.beginRun(newRun);
    await ledger.beginRun(newRun);
    expect([...ledger.items(dying.id)]).toHaveLength(1);
  });

  it('is recorded too where the run itself ended without a record', async () => {
    await intend();
    renameSync(temp, place);
    await other.endRun(dying, { state: 'failed', counts: {} });
    expect(ledger.outputAt(place)).toMatchObject({ runId: dying.id });
  });
});

describe('an intended output is forgotten when its place', () => {
  const kinds: Readonly<Record<string, () => void>> = {
    'is empty': () => {},
    'is below a folder that is gone': () => rmSync(dirname(place), { recursive: true }),
    'is below what is now a file': () => {
      rmSync(dirname(place), { recursive: true });
      writeFileSync(dirname(place), '');
    },
    'holds what stood there before': () => writeFileSync(place, 'the result'),
    'holds a file that was written to since': () => {
      renameSync(temp, place);
      const { atimeNs, mtimeNs } = lstatSync(place, { bigint: true });
      writeFileSync(place, 'another size');
      utimesSync(place, Number(atimeNs) / 1e9, Number(mtimeNs) / 1e9);
    },
    'holds a file whose time was changed': () => {
      renameSync(temp, place);
      utimesSync(place, 1, 1);
    },
    'holds a link to the result': () => symlinkSync(temp, place),
  };

  it.each(Object.keys(kinds))('%s', async (kind) => {
    await intend();
    kinds[kind]?.();
    die();
    await ledger.beginRun(newRun);
    expect(ledger.outputAt(place)).toBeUndefined();
    expect([...ledger.items(dying.id)]).toEqual([]);
    // What comes into the place later was not looked at in vain: nothing is kept of the intent.
    if (kind === 'is empty') renameSync(temp, place);
    await ledger.beginRun(newRun);
    expect(ledger.outputAt(place)).toBeUndefined();
  });

  it('was given up', async () => {
    await intend();
    await other.release(dying, place);
    renameSync(temp, place);
    die();
    await ledger.beginRun(newRun);
    expect(ledger.outputAt(place)).toBeUndefined();
  });
});

describe('an intent', () => {
  it('ends with the record', async () => {
    const intended = await intend();
    renameSync(temp, place);
    await other.done(dying, intended, item('a.jpg'));
    die();
    await ledger.beginRun(newRun);
    expect([...ledger.items(dying.id)]).toHaveLength(1);
    expect(ledger.outputAt(place)?.doneAtMs).toBe(clock.now() - 31_000);
  });

  it('of a living run is left alone', async () => {
    await intend();
    renameSync(temp, place);
    await ledger.beginRun(newRun);
    expect(ledger.outputAt(place)).toBeUndefined();
  });

  it('is refused when the claim was taken over meanwhile', async () => {
    const intended = await intend();
    die();
    const run = await ledger.beginRun(newRun);
    await ledger.claim(run, request());
    await expect(other.intend(dying, intended)).rejects.toMatchObject({
      name: 'ItemError',
      reason: 'collision',
      message: expect.stringContaining('another run'),
    });
  });

  it('keeps what has no output stamp and no plan', async () => {
    await other.claim(dying, request());
    await other.intend(dying, { ...output('a.jpg'), outputPath: place, output: undefined, plan: undefined });
    die();
    await expect(ledger.beginRun(newRun)).resolves.toHaveProperty('id');
    expect(ledger.outputAt(place)).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('a place that cannot be looked at', () => {
  it('bars no other work, and is looked at again when it is claimed', async () => {
    await intend();
    renameSync(temp, place);
    die();
    renameSync(dirname(place), join(folder, 'away'));
    symlinkSync('out', dirname(place));
    const run = await ledger.beginRun(newRun);
    expect(ledger.outputAt(place)).toBeUndefined();
    await expect(ledger.claim(run, request())).rejects.toMatchObject({
      name: 'ItemError',
      reason: 'read-failed',
      message: expect.stringContaining('ELOOP'),
    });
    rmSync(dirname(place));
    renameSync(join(folder, 'away'), dirname(place));
    expect(await ledger.claim(run, request())).toMatchObject({ standing: { runId: dying.id } });
  });
});

describe('restamp', () => {
  const fresh: FileStamp = {
    size: 7,
    mtimeNs: 2n ** 62n + 1n,
    inode: 2n ** 64n - 1n,
    sha256: 'c'.repeat(64),
  };

  it.each([
    ['the source', { source: fresh }],
    ['the output', { output: fresh }],
    ['the path of the source', { sourcePath: '/moved/a.jpg' }],
    ['all of them', { source: fresh, output: fresh, sourcePath: '/moved/a.jpg' }],
    ['nothing', {}],
  ])('changes %s and nothing else', async (_, stamps) => {
    await other.done(dying, output('a.jpg'), item('a.jpg'));
    await other.done(dying, output('b.jpg'), item('b.jpg'));
    const before = ledger.outputAt('/out/a.jpg');
    const bystander = ledger.outputAt('/out/b.jpg');
    await ledger.restamp('/out/a.jpg', stamps);
    expect(ledger.outputAt('/out/a.jpg')).toEqual({ ...before, ...stamps });
    expect(ledger.outputAt('/out/b.jpg')).toEqual(bystander);
  });

  it('makes no row where there is none', async () => {
    await ledger.restamp('/out/none.jpg', { source: fresh });
    expect(ledger.outputAt('/out/none.jpg')).toBeUndefined();
  });
});

describe('the state of a token', () => {
  it('tells the living, the dead and those of other ledgers apart', async () => {
    expect(ledger.tokenState(dying.id)).toBe('live');
    die();
    expect(ledger.tokenState(dying.id)).toBe('dead');
    await ledger.beginRun(newRun);
    expect(ledger.tokenState(dying.id)).toBe('dead');
    expect(ledger.tokenState('2026-11-21T0412-zzz')).toBe('unknown');
  });
});
