import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { isAlive, thisProcess } from '../../src/ledger/process.ts';
import { whenFree } from '../../src/ledger/when-free.ts';
import { openPaidStore } from '../../src/paid/store.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { never, newRun, purchase, request } from './rows.ts';

const claimant = fileURLToPath(new URL('./claimant.ts', import.meta.url));

async function start(verb: string, file: string, ...more: string[]) {
  const child = execa(process.execPath, [claimant, verb, file, ...more], { stdin: 'pipe', reject: false });
  const [chunk] = await once(child.stdout, 'data');
  return { child, said: String(chunk).trim() };
}

async function newFile() {
  return join(await tempFolder(), 'ledger.sqlite');
}

describe('two processes', () => {
  it('that begin together on a new ledger make each of 2,000 outputs exactly once', async () => {
    const file = await newFile();
    const started = [await start('make', file), await start('make', file)];
    for (const { child } of started) child.stdin.write('go\n');
    const ended = await Promise.all(started.map(({ child }) => child));
    expect(ended.map(({ stderr }) => stderr)).toEqual(['', '']);
    const made = ended.map(({ stdout }) => JSON.parse(stdout.split('\n').at(-1) ?? '') as string[]);
    const all = made.flat();
    expect(all).toHaveLength(2_000);
    expect(new Set(all).size).toBe(2_000);
    const ledger = await openLedger(file, systemClock);
    expect(ledger.check().problems).toEqual([]);
    expect(ledger.runs(9).map(({ state }) => state)).toEqual(['finished', 'finished']);
    ledger.close();
  });

  it('respect one another until one is killed, then its claim is taken over', async () => {
    const file = await newFile();
    const ledger = await openLedger(file, systemClock);
    const run = await ledger.beginRun(newRun);
    const { child, said: id } = await start('hold', file);
    expect(await ledger.claim(run, request('held.jpg'))).toEqual({
      kind: 'other',
      runId: id,
      pid: child.pid,
    });
    const inPlace = { ...newRun, inPlace: true };
    await expect(ledger.beginRun(inPlace)).rejects.toMatchObject({
      exitCode: 11,
      message: expect.stringContaining(`process ${child.pid}`),
    });
    child.kill('SIGKILL');
    await child;
    expect(ledger.run(id)).toMatchObject({ state: 'running', live: false });
    expect(await ledger.claim(run, request('held.jpg'))).toMatchObject({ kind: 'mine' });
    await expect(ledger.beginRun(inPlace)).resolves.toHaveProperty('id');
    expect(ledger.run(id)).toMatchObject({ state: 'interrupted' });
    ledger.close();
  });
});

describe('a process killed between giving an output its name and recording it', () => {
  it('leaves an output that the next run knows', async () => {
    const file = await newFile();
    const { child, said: id } = await start('rename', file);
    const ledger = await openLedger(file, systemClock);
    const place = join(dirname(file), 'made.jpg');
    expect(ledger.outputAt(place)).toBeUndefined();
    child.kill('SIGKILL');
    await child;
    await ledger.beginRun(newRun);
    expect(ledger.outputAt(place)).toMatchObject({ runId: id, state: 'enhanced', output: { size: 10 } });
    expect(ledger.run(id)).toMatchObject({ state: 'interrupted' });
    expect([...ledger.items(id)]).toMatchObject([{ output: place, state: 'enhanced' }]);
    ledger.close();
  });
});

describe('two processes that buy', () => {
  it('the same 300 pictures buy each of them exactly once', async () => {
    const file = await newFile();
    const started = [await start('buy', file), await start('buy', file)];
    for (const { child } of started) child.stdin.write('go\n');
    const ended = await Promise.all(started.map(({ child }) => child));
    expect(ended.map(({ stderr }) => stderr)).toEqual(['', '']);
    const all = ended.flatMap(({ stdout }) => JSON.parse(stdout.split('\n').at(-1) ?? '') as string[]);
    expect(all).toHaveLength(300);
    expect(new Set(all).size).toBe(300);
    const ledger = await openLedger(file, systemClock);
    expect(ledger.purchases.totals('all')).toMatchObject([{ paid: 300, costMicrousd: 300 * 52_700 }]);
    ledger.close();
  });

  it.each([
    ['opened', 'mine', undefined],
    ['reserved', 'mine', 'released'],
    ['sent', 'unsettled', 'unsettled'],
    ['stored', 'paid', 'paid'],
  ])('one of them killed when it had %s: the other finds it %s', async (step, kind, state) => {
    const file = await newFile();
    const store = openPaidStore(join(dirname(file), 'paid'));
    const { child, said: id } = await start('send', file, step);
    const ledger = await openLedger(file, systemClock, undefined, (attempt) => store.find(attempt));
    const book = bindPurchases(ledger, await ledger.beginRun(newRun));
    expect(await book.open(purchase('k'), never)).toEqual({ kind: 'other', pid: child.pid });
    child.kill('SIGKILL');
    await child;
    expect(await book.open(purchase('k'), never)).toMatchObject({ kind });
    expect(ledger.purchases.attemptsOf(id).map((attempt) => attempt.state)).toEqual(
      state === undefined ? [] : [state],
    );
    ledger.close();
  });
});

describe('a locked ledger', () => {
  it('is waited for while everything else goes on', async () => {
    const file = await newFile();
    let slept = 0;
    const longEnough = Promise.withResolvers<void>();
    const clock = {
      ...systemClock,
      sleep: (ms: number) => {
        if (++slept === 3) longEnough.resolve();
        return systemClock.sleep(ms);
      },
    };
    const ledger = await openLedger(file, clock);
    const run = await ledger.beginRun(newRun);
    const { child } = await start('lock', file);
    const claim = ledger.claim(run, request('a'));
    await longEnough.promise;
    child.stdin.write('go\n');
    expect(await claim).toMatchObject({ kind: 'mine' });
    await child;
    ledger.close();
  });

  it('is given up after half a minute, with exit code 5', async () => {
    const file = await newFile();
    const clock = fakeClock();
    const ledger = await openLedger(file, clock);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(ledger.beginRun(newRun)).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringContaining('locked for too long'),
    });
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(30_000);
    expect(clock.monotonicMs()).toBeLessThan(31_000);
    expect(Math.max(...clock.sleeps)).toBeLessThanOrEqual(375);
    other.close();
    await expect(ledger.beginRun(newRun)).resolves.toHaveProperty('id');
    ledger.close();
  });

  it('other errors are not waited on', async () => {
    const clock = fakeClock();
    const failing = whenFree(clock, () => {
      throw new Error('a defect');
    });
    await expect(failing).rejects.toThrow('a defect');
    expect(clock.sleeps).toEqual([]);
  });
});

describe('whether a process is alive', () => {
  const here = thisProcess();
  const nowMs = 1_000_000;

  it.each([
    ['this one', {}, true],
    ['this one, silent for long', { heartbeatMs: 0 }, true],
    ['no process', { pid: 2 ** 22 + 1, startedAt: '1' }, false],
    ['another machine, just heard of', { machine: 'x', heartbeatMs: nowMs - 29_999 }, true],
    ['another machine, silent', { machine: 'x', heartbeatMs: nowMs - 30_000 }, false],
    ['a living id whose start is not known', { startedAt: '', heartbeatMs: nowMs - 599_999 }, true],
    ['a living id whose start is not known, silent', { startedAt: '', heartbeatMs: nowMs - 600_000 }, false],
    ['no process, start not known', { startedAt: '', pid: 2 ** 22 + 1 }, false],
  ])('%s', (_, owner, alive) => {
    expect(isAlive({ ...here, heartbeatMs: nowMs, ...owner }, here, nowMs)).toBe(alive);
  });

  it.runIf(process.platform === 'linux')('an id that another process got since is not it', () => {
    expect(here.startedAt).toMatch(/^\d+$/);
    expect(isAlive({ ...here, startedAt: '1', heartbeatMs: nowMs }, here, nowMs)).toBe(false);
  });
});
