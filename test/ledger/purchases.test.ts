import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { Run } from '../../src/ledger/runs.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { never, newRun, paidFacts, purchase, reserve } from './rows.ts';

const clock = fakeClock();
let ledger: Ledger;
let runs: Run[];

beforeEach(async () => {
  ledger = await openLedger(join(await tempFolder(), 'ledger.sqlite'), clock);
  runs = [];
});

afterEach(() => ledger.close());

type End = 'paid' | 'unpriced' | 'useless' | 'unsettled' | 'refused' | 'released' | 'sent';

let counter = 0;

/** Makes one call in the newest run. */
async function call(end: End, keyName = 'openai/team', most: number | null = 60_000) {
  const run = runs.at(-1);
  if (run === undefined) throw new Error('no run yet');
  const book = bindPurchases(ledger, run);
  const key = `key ${counter++}`;
  await book.open(purchase(key), never);
  const id = await reserve(book, key, { keyName, reservedMicrousd: most ?? undefined });
  if (end === 'released') {
    await book.release(id);
    return id;
  }
  await book.sent(id);
  if (end === 'paid') await book.pay(id, paidFacts);
  if (end === 'unpriced') await book.pay(id, { ...paidFacts, costMicrousd: undefined, costKind: 'unknown' });
  if (end === 'useless')
    await book.payForNothing(id, 'no picture', { costMicrousd: 1_000, costKind: 'derived' });
  if (end === 'unsettled') await book.unsettle(id, 'no answer', undefined);
  if (end === 'refused') await book.refuse(id, 'no', undefined);
  return id;
}

async function begin(): Promise<string> {
  const run = await ledger.beginRun(newRun);
  runs.push(run);
  return run.id;
}

const none = {
  ...{ paid: 0, useless: 0, costMicrousd: 0, unknown: 0, unsettled: 0, unsettledMicrousd: 0 },
  ...{
    unsettledUnknown: 0,
    assumed: 0,
    assumedMicrousd: 0,
    assumedUnknown: 0,
    underway: 0,
    underwayMicrousd: 0,
  },
  ...{ refused: 0, estimated: 0, expectedLowMicrousd: 0, expectedHighMicrousd: 0 },
  ...{ reused: 0, savedMicrousd: 0, savedUnknown: 0 },
};

describe('sums', () => {
  it('of nothing are none', async () => {
    const run = await begin();
    expect(ledger.purchases.totals('all')).toEqual([]);
    await call('released');
    expect(ledger.purchases.totals('run')).toEqual([]);
    expect(ledger.purchases.totalsOf(run)).toEqual({
      ...{ paid: 0, useless: 0, microusd: 0, unknown: 0, unsettled: 0, unsettledMicrousd: 0 },
    });
  });

  it('tell all kinds of calls apart', async () => {
    const run = await begin();
    for (const end of ['paid', 'paid', 'unpriced', 'useless', 'unsettled', 'refused', 'sent'] as const) {
      await call(end);
    }
    await call('unsettled', 'openai/team', null);
    const sums = {
      ...{ ...none, paid: 4, useless: 1, costMicrousd: 2 * 52_700 + 1_000, unknown: 1 },
      ...{
        unsettled: 2,
        unsettledMicrousd: 60_000,
        unsettledUnknown: 1,
        underway: 1,
        underwayMicrousd: 60_000,
        refused: 1,
      },
    };
    expect(ledger.purchases.totals('all')).toEqual([{ name: '', ...sums }]);
    expect(ledger.purchases.totals('model')).toEqual([{ name: 'openai/gpt-image-1', ...sums }]);
    expect(ledger.purchases.totalsOf(run)).toEqual({
      ...{ paid: 3, useless: 1, microusd: 106_400, unknown: 1, unsettled: 2, unsettledMicrousd: 60_000 },
    });
  });

  it('by run and key', async () => {
    const first = await begin();
    await call('paid', 'openai/a');
    await call('paid', 'openai/b');
    const second = await begin();
    await call('paid', 'openai/a');
    const one = { ...none, paid: 1, costMicrousd: 52_700 };
    const two = { ...none, paid: 2, costMicrousd: 105_400 };
    expect(ledger.purchases.totals('run')).toEqual([
      { name: first, ...two },
      { name: second, ...one },
    ]);
    expect(ledger.purchases.totals('key')).toEqual([
      { name: 'openai/a', ...two },
      { name: 'openai/b', ...one },
    ]);
    expect(ledger.purchases.totals('key', { runId: first })).toEqual([
      { name: 'openai/a', ...one },
      { name: 'openai/b', ...one },
    ]);
  });
});

describe('the user settles', () => {
  it('some, a run or all; what is free counts no more, what is charged at the most it can have cost', async () => {
    const first = await begin();
    const ids = [await call('unsettled'), await call('unsettled'), await call('unsettled')];
    await begin();
    const later = await call('unsettled');
    const { purchases } = ledger;
    expect(purchases.unsettled().map(({ id }) => id)).toEqual([...ids, later]);
    expect(purchases.unsettled(first).map(({ id }) => id)).toEqual(ids);
    const named = await purchases.settle({ ids: [ids[0] ?? '', ids[0] ?? ''] }, 'free');
    expect(named).toMatchObject([{ id: ids[0], settled: 'free', state: 'unsettled' }]);
    expect((await purchases.settle({ runId: first }, 'charged')).map(({ id }) => id)).toEqual(ids.slice(1));
    expect(purchases.unsettled().map(({ id }) => id)).toEqual([later]);
    expect(purchases.totals('all')).toEqual([
      { ...none, name: '', assumed: 2, assumedMicrousd: 120_000, unsettled: 1, unsettledMicrousd: 60_000 },
    ]);
    expect((await purchases.settle('all', 'free')).map(({ id }) => id)).toEqual([later]);
    expect(await purchases.settle('all', 'charged')).toEqual([]);
    // The last word counts.
    await purchases.settle({ ids }, 'free');
    expect(purchases.totals('all')).toEqual([]);
  });

  it('nothing at all when one of the names is wrong', async () => {
    await begin();
    const [id, paid] = [await call('unsettled'), await call('paid')];
    for (const wrong of [paid, 'nothing', '']) {
      await expect(ledger.purchases.settle({ ids: [id, wrong] }, 'free')).rejects.toMatchObject({
        exitCode: 2,
      });
    }
    await expect(ledger.purchases.settle({ ids: [paid] }, 'free')).rejects.toThrow(/is paid, not unsettled/);
    expect(ledger.purchases.unsettled()).toHaveLength(1);
  });
});
