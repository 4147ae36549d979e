import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Limit } from '../../src/ledger/limit-table.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { tempFolder } from '../helpers/temp.ts';

const spender = fileURLToPath(new URL('./spender.ts', import.meta.url));
const dollar = 1_000_000;
const most = 60_000;
const limit: Limit = {
  ...{ scope: 'all', name: '', period: 'month', amountMicrousd: dollar, soft: undefined, warnOnly: false },
};

let file: string;
let journal: string;

const open = () => openLedger(file, systemClock, undefined, async () => undefined);
const billed = () =>
  existsSync(journal)
    ? readFileSync(journal, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map(Number)
    : [];
const sum = (values: readonly number[]) => values.reduce((one, other) => one + other, 0);

beforeEach(async () => {
  const folder = await tempFolder();
  file = join(folder, 'ledger.sqlite');
  journal = join(folder, 'billed');
  await change(limit);
});

async function change(to: Limit) {
  const ledger = await open();
  await ledger.limits.set([to]);
  ledger.close();
}

async function start() {
  const child = execa(process.execPath, [spender, file, journal, String(most)], { reject: false });
  await once(child.stdout, 'data');
  // Not by itself: a process is a promise of its end.
  return { child };
}

async function counted(check: (ledger: Ledger) => void | Promise<void>) {
  const ledger = await open();
  await ledger.purchases.settleLeft();
  await check(ledger);
  expect(ledger.limits.check()).toEqual([]);
  ledger.close();
}

describe('processes under a hard limit of $1', () => {
  it.each([2, 8])('%i of them are never billed more, and at least four fifths are used', async (count) => {
    const started = await Promise.all(Array.from({ length: count }, start));
    const ended = await Promise.all(started.map(({ child }) => child));
    expect(ended.map(({ stderr, exitCode }) => [stderr, exitCode])).toEqual(ended.map(() => ['', 0]));
    expect(sum(billed())).toBeLessThanOrEqual(dollar);
    expect(sum(billed())).toBeGreaterThanOrEqual(0.8 * dollar);
    await counted(({ limits }) => {
      expect(limits.list()).toMatchObject([
        { spentMicrousd: sum(billed()), unsettledMicrousd: 0, reservedMicrousd: 0 },
      ]);
    });
  });

  it('killed at any moment, the ledger never knows of less than was billed', async () => {
    await change({ ...limit, amountMicrousd: 10 * dollar });
    for (let round = 1; round <= 8; round++) {
      const before = billed().length;
      const pair = await Promise.all([start(), start()]);
      const ended = Promise.all(pair.map(({ child }) => child));
      let isOver = false;
      const over = ended.then(() => {
        isOver = true;
      });
      while (billed().length < before + round && !isOver) await systemClock.sleep(1 + Math.random() * 5);
      for (const { child } of pair) child.kill('SIGKILL');
      await over;
      await counted(({ limits }) => {
        const [standing] = limits.list();
        const { spentMicrousd = 0, unsettledMicrousd = 0, reservedMicrousd } = standing ?? {};
        expect(reservedMicrousd).toBe(0);
        expect(spentMicrousd + unsettledMicrousd).toBeGreaterThanOrEqual(sum(billed()));
        expect(spentMicrousd + unsettledMicrousd).toBeLessThanOrEqual(10 * dollar);
      });
    }
    expect(billed().length).toBeGreaterThan(8);
  });

  it('wait for a call of a dead process no longer than it is found dead', async () => {
    await change({ ...limit, amountMicrousd: 2 * most });
    const { child } = await start();
    while (billed().length === 0) await systemClock.sleep(2);
    child.kill('SIGKILL');
    await child;
    const { exitCode, stderr } = await (await start()).child;
    expect([exitCode, stderr]).toEqual([0, '']);
    await counted(({ limits }) => {
      expect(limits.list()).toMatchObject([{ reservedMicrousd: 0 }]);
      expect(sum(billed())).toBeLessThanOrEqual(2 * most);
    });
  });
});
