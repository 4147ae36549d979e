import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Limit } from '../../src/ledger/limit-table.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { Run } from '../../src/ledger/runs.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { type FakeClock, fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { always, newRun, paidFacts, purchase } from './rows.ts';

const hour = 3_600_000;

let clock: FakeClock;
let file: string;
let ledger: Ledger;
let run: Run;
let counter: number;
let wallAheadMs: number;

beforeEach(async () => {
  const base = fakeClock(new Date(2026, 10, 21, 12).getTime());
  wallAheadMs = 0;
  clock = { ...base, now: () => base.now() + wallAheadMs };
  counter = 0;
  file = join(await tempFolder(), 'ledger.sqlite');
  ledger = await open();
  run = await ledger.beginRun(newRun);
  return () => ledger.close();
});

function open() {
  const time = { bootId: () => 'one', nowMs: clock.monotonicMs, uptimeMs: clock.monotonicMs };
  return openLedger(file, clock, undefined, async () => undefined, time);
}

const daily = (amountMicrousd: number, more: Partial<Limit> = {}): Limit => ({
  ...{ scope: 'all', name: '', period: 'day', amountMicrousd, soft: undefined, warnOnly: false, ...more },
});

interface Wanted {
  readonly keyName?: string;
  readonly provider?: string;
  readonly most?: number | undefined;
  readonly maxRun?: number;
}

async function ask({ keyName = 'openai/team', provider = 'openai', maxRun, ...rest }: Wanted = {}) {
  const book = bindPurchases(ledger, run, maxRun);
  const key = `key ${counter++}`;
  await book.open({ ...purchase(key), provider }, always);
  const most = 'most' in rest ? rest.most : 100;
  return { book, key, reservation: await book.reserve(key, { keyName, reservedMicrousd: most }) };
}

const kind = async (wanted?: Wanted) => (await ask(wanted)).reservation.kind;

async function reserved(wanted?: Wanted) {
  const { book, reservation } = await ask(wanted);
  if (reservation.kind !== 'reserved') throw new Error(`not reserved: ${reservation.kind}`);
  return { book, ...reservation };
}

async function spend(costMicrousd: number | undefined, wanted: Wanted = {}) {
  const { book, id } = await reserved(wanted);
  await book.sent(id);
  await book.pay(id, {
    ...paidFacts,
    costMicrousd,
    costKind: costMicrousd === undefined ? 'unknown' : 'measured',
  });
}

describe('a hard limit', () => {
  it('lets through what fits to the last micro-dollar, waits for others, and ends what cannot fit', async () => {
    await ledger.limits.set([daily(300)]);
    await spend(100);
    const under = await reserved();
    const more = await reserved();
    expect(await kind()).toBe('wait');
    await under.book.release(under.id);
    await spend(100);
    expect(await kind({ most: 1 })).toBe('wait');
    await more.book.sent(more.id);
    await more.book.pay(more.id, { ...paidFacts, costMicrousd: 40 });
    expect(await kind({ most: 61 })).toBe('over');
    expect(await kind({ most: 60 })).toBe('reserved');
  });

  it('counts what may have been charged, and what was charged at an unknown price, at the most', async () => {
    await ledger.limits.set([daily(500)]);
    await spend(undefined);
    const unsettled = await reserved();
    await unsettled.book.sent(unsettled.id);
    await unsettled.book.unsettle(unsettled.id, 'cut off', undefined);
    const { reservation } = await ask({ most: 301 });
    expect(reservation).toMatchObject({
      kind: 'over',
      standing: { spentMicrousd: 100, unsettledMicrousd: 100, reservedMicrousd: 0, leftMicrousd: 300 },
    });
    await ledger.purchases.settle('all', 'charged');
    expect((await ask({ most: 301 })).reservation).toMatchObject({
      kind: 'over',
      standing: { spentMicrousd: 200, unsettledMicrousd: 0, leftMicrousd: 300 },
    });
    await ledger.purchases.settle({ ids: [unsettled.id] }, 'free');
    expect(await kind({ most: 301 })).toBe('reserved');
  });

  it.each<[string, Partial<Limit>, Wanted, string]>([
    ['over all, any call', {}, {}, 'over'],
    ['of its provider', { scope: 'provider', name: 'openai' }, {}, 'over'],
    ['of another provider', { scope: 'provider', name: 'other' }, {}, 'reserved'],
    ['of its key', { scope: 'key', name: 'openai/team' }, {}, 'over'],
    ['of another key', { scope: 'key', name: 'openai/own' }, {}, 'reserved'],
    ['by month', { period: 'month' }, {}, 'over'],
    ['that only warns', { warnOnly: true }, {}, 'reserved'],
    ['where nobody knows the price', {}, { most: undefined }, 'unpriced'],
    ['that only warns, where nobody knows the price', { warnOnly: true }, { most: undefined }, 'reserved'],
  ])('%s', async (_, limit, wanted, expected) => {
    await spend(950);
    await ledger.limits.set([daily(1_000, limit)]);
    expect(await kind(wanted)).toBe(expected);
  });

  it('of one key leaves the others what they have', async () => {
    await ledger.limits.set([daily(100, { scope: 'key', name: 'openai/own' }), daily(1_000)]);
    await spend(100, { keyName: 'openai/own' });
    expect(await kind({ keyName: 'openai/own' })).toBe('over');
    expect(await kind()).toBe('reserved');
  });

  it('of a run counts its calls alone, and needs a price', async () => {
    await spend(500);
    const before = run;
    run = await ledger.beginRun(newRun);
    await spend(100, { maxRun: 250 });
    await spend(100, { maxRun: 250 });
    expect((await ask({ maxRun: 250 })).reservation).toMatchObject({
      kind: 'over',
      standing: { limit: { scope: 'run', name: run.id }, spentMicrousd: 200, endsAtMs: undefined },
    });
    expect(await kind({ maxRun: 250, most: undefined })).toBe('unpriced');
    expect(run.id).not.toBe(before.id);
    expect(await kind({ maxRun: 300 })).toBe('reserved');
  });

  it('is not passed by calls that wait for the same room', async () => {
    await ledger.limits.set([daily(1_000)]);
    const kinds = await Promise.all(Array.from({ length: 30 }, () => kind()));
    expect(kinds.filter((each) => each === 'reserved')).toHaveLength(10);
    expect(kinds.filter((each) => each === 'wait')).toHaveLength(20);
  });
});

describe('a period', () => {
  it('ends with the day; what was reserved before counts where it was reserved', async () => {
    await ledger.limits.set([daily(100), daily(250, { period: 'month' })]);
    clock.advance(11.9 * hour);
    const last = await reserved();
    expect(await kind()).toBe('wait');
    clock.advance(0.2 * hour);
    await last.book.sent(last.id);
    await last.book.pay(last.id, { ...paidFacts, costMicrousd: 100 });
    expect(ledger.purchases.attemptsOf(run.id)).toMatchObject([{ localDay: '2026-11-21' }]);
    await spend(100);
    expect((await ask()).reservation).toMatchObject({
      standing: { endsAtMs: new Date(2026, 10, 23).getTime() },
    });
    clock.advance(24 * hour);
    expect((await ask()).reservation).toMatchObject({
      kind: 'over',
      standing: { limit: { period: 'month' }, spentMicrousd: 200, endsAtMs: new Date(2026, 11, 1).getTime() },
    });
    clock.advance(8 * 24 * hour);
    expect(await kind()).toBe('reserved');
  });

  it('does not open by a jump of the wall clock, ahead or back', async () => {
    await ledger.limits.set([daily(100)]);
    await spend(100);
    wallAheadMs = 26 * hour;
    expect(await kind()).toBe('over');
    wallAheadMs = -26 * hour;
    expect(await kind()).toBe('over');
    wallAheadMs = 0;
    clock.advance(12 * hour);
    await spend(100);
    wallAheadMs = -13 * hour;
    expect(await kind()).toBe('over');
    expect(ledger.limits.list()).toMatchObject([{ spentMicrousd: 100, leftMicrousd: 0 }]);
  });
});

describe('a soft limit', () => {
  it.each<[string, Partial<Limit>]>([
    ['by share', { soft: { percent: 80 } }],
    ['by amount', { soft: { microusd: 800 } }],
    ['without an end', { soft: { percent: 80 }, warnOnly: true }],
  ])('%s is told once in a run, and the run goes on', async (_, limit) => {
    await ledger.limits.set([daily(1_000, limit)]);
    const told = async () => (await reserved()).soft.length;
    for (let call = 1; call <= 8; call++) expect(await told()).toBe(0);
    expect(await told()).toBe(1);
    expect(await told()).toBe(0);
    if (limit.warnOnly) expect(await told()).toBe(0);
    run = await ledger.beginRun(newRun);
    if (limit.warnOnly) expect(await told()).toBe(1);
  });
});

describe('limits', () => {
  it('are kept, replaced and lifted', async () => {
    await ledger.limits.set([daily(100), daily(5, { scope: 'key', name: 'openai/team' })]);
    await ledger.limits.set([daily(200, { soft: { percent: 50 } })]);
    ledger.close();
    ledger = await open();
    expect(ledger.limits.list().map(({ limit }) => limit)).toEqual([
      daily(200, { soft: { percent: 50 } }),
      daily(5, { scope: 'key', name: 'openai/team' }),
    ]);
    expect(await ledger.limits.clear([daily(0), daily(0, { period: 'month' })])).toEqual([daily(0)]);
    expect(ledger.limits.list()).toHaveLength(1);
  });

  it('of a run are those that cover its calls', async () => {
    await ledger.limits.set([daily(100), daily(5, { scope: 'key', name: 'openai/own' })]);
    const call = { provider: 'openai', keyName: 'openai/team', runId: run.id, maxRunMicrousd: 70 };
    const standings = ledger.limits.ofRun([call, { ...call, keyName: 'openai/other' }]);
    expect(standings.map(({ limit }) => limit.amountMicrousd)).toEqual([70, 100]);
  });
});

describe('running sums', () => {
  it('are those of the calls, whatever became of these', async () => {
    for (const keyName of ['openai/team', 'openai/own']) {
      await spend(70, { keyName });
      await spend(undefined, { keyName });
      await spend(undefined, { keyName, most: undefined });
      for (const end of ['release', 'sent', 'refuse', 'unsettle', 'payForNothing', 'again'] as const) {
        const { book, key } = await ask({ keyName });
        const [{ id } = { id: '' }] = ledger.purchases
          .attemptsOf(run.id)
          .filter((each) => each.purchaseKey === key);
        if (end === 'release') await book.release(id);
        else await book.sent(id);
        if (end === 'refuse') await book.refuse(id, 'no', undefined);
        if (end === 'payForNothing') await book.payForNothing(id, 'no picture', { costMicrousd: 3 });
        if (end === 'unsettle' || end === 'again') await book.unsettle(id, 'cut off', undefined);
        if (end === 'again') await book.pay(id, paidFacts);
      }
      clock.advance(13 * hour);
    }
    await ledger.purchases.settle({ runId: run.id }, 'charged');
    expect(ledger.limits.check()).toEqual([]);
  });

  it('that differ are found', async () => {
    await spend(70);
    const db = new DatabaseSync(file);
    db.exec('UPDATE spending SET paid_microusd = paid_microusd - 1');
    db.close();
    expect(ledger.limits.check()).toHaveLength(2);
  });
});

describe('a cost that no number holds', () => {
  it('is told, and stops neither sums nor limits nor lists', async () => {
    await ledger.limits.set([daily(1_000, { warnOnly: true })]);
    for (let call = 0; call < 2; call++) await spend(70);
    const db = new DatabaseSync(file);
    db.exec('UPDATE attempts SET cost_microusd = 360287970189639600');
    db.close();
    for (const by of ['all', 'day', 'run'] as const) {
      expect(ledger.purchases.totals(by)).toMatchObject([{ paid: 2, costMicrousd: 9e15 }]);
    }
    const hours = { since: { atMs: 0 } };
    expect(ledger.purchases.totals('all', hours)).toMatchObject([{ costMicrousd: 9e15 }]);
    expect(ledger.limits.list()).toMatchObject([{ spentMicrousd: 9e15, leftMicrousd: 0 }]);
    expect(ledger.purchases.attemptsOf(run.id)).toHaveLength(2);
    expect([...ledger.purchases.report({})]).toHaveLength(2);
    expect(await kind()).toBe('reserved');
    expect(ledger.limits.check()).toEqual([
      expect.stringMatching(/^the call \S+ is booked at \$/),
      expect.stringMatching(/^the call \S+ is booked at \$/),
    ]);
  });

  it('beyond 64 bits in sum is told likewise', async () => {
    await ledger.limits.set([
      daily(1_000, { warnOnly: true }),
      daily(1_000, { warnOnly: true, period: 'month' }),
    ]);
    for (let call = 0; call < 2; call++) {
      await spend(70);
      clock.advance(24 * hour);
    }
    const db = new DatabaseSync(file);
    db.exec('UPDATE attempts SET cost_microusd = 9000000000000000000');
    db.close();
    expect(ledger.purchases.totals('all')).toMatchObject([{ costMicrousd: 9e15 }]);
    expect(ledger.limits.list()).toMatchObject([{ spentMicrousd: 0 }, { spentMicrousd: 9e15 }]);
    expect(ledger.limits.check()).toHaveLength(2);
  });
});

describe('a clock that was wrong from the beginning', () => {
  it('is told, and its days are given back on request; what was spent counts today', async () => {
    ledger.close();
    wallAheadMs = 10 * 365 * 24 * hour;
    file = join(await tempFolder(), 'ledger.sqlite');
    ledger = await open();
    run = await ledger.beginRun(newRun);
    await ledger.limits.set([daily(250)]);
    await spend(100);
    expect(ledger.limits.ahead()).toBeUndefined();
    wallAheadMs = 0;
    await spend(100);
    expect(ledger.limits.ahead()).toEqual({ latestDay: '2036-11-18', today: '2026-11-21' });
    expect(await ledger.limits.resetCalendar()).toMatchObject({ latestDay: '2036-11-18', calls: 2 });
    expect(ledger.limits.ahead()).toBeUndefined();
    expect(ledger.limits.check()).toEqual([]);
    expect(await kind()).toBe('over');
    expect(ledger.limits.list()).toMatchObject([
      { spentMicrousd: 200, endsAtMs: new Date(2026, 10, 22).getTime() },
    ]);
    clock.advance(24 * hour);
    expect(ledger.limits.list()).toMatchObject([{ spentMicrousd: 0 }]);
    expect(await kind()).toBe('reserved');
  });

  it('is not a time zone a day further east, and nothing is set back then', async () => {
    await spend(100);
    wallAheadMs = -24 * hour;
    expect(ledger.limits.ahead()).toBeUndefined();
    expect(await ledger.limits.resetCalendar()).toBeUndefined();
    wallAheadMs = -48 * hour;
    expect(ledger.limits.ahead()).toEqual({ latestDay: '2026-11-21', today: '2026-11-19' });
  });
});
