import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AttemptTable } from '../../src/ledger/attempts.ts';
import { openDatabase } from '../../src/ledger/database.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { Totals, TotalsBy } from '../../src/ledger/totals.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { type CallSeed, seedCalls } from './calls.ts';
import { never, newRun, purchase } from './rows.ts';

let file: string;

beforeEach(async () => {
  file = join(await tempFolder(), 'ledger.sqlite');
});

async function ask<T>(question: (ledger: Ledger) => T): Promise<T> {
  const ledger = await openLedger(file, fakeClock());
  try {
    return question(ledger);
  } finally {
    ledger.close();
  }
}

const groups = [
  'day',
  'month',
  'run',
  'key',
  'provider',
  'model',
  'preset',
  'tag',
] as const satisfies TotalsBy[];

/** Calls of every kind over runs, keys, models and days. */
function manyCalls(): CallSeed[] {
  const states = ['paid', 'paid', 'paid', 'refused', 'unsettled', 'released', 'sent'] as const;
  return Array.from({ length: 500 }, (_, at) => ({
    run: ['one', 'two', 'three'][at % 3] ?? '',
    day: ['2026-10-31', '2026-11-01', '2026-11-02', '2027-01-01'][at % 4] ?? '',
    provider: at % 10 === 0 ? 'openai-compatible' : 'openai',
    model: `model ${at % 2}`,
    key: `openai/${at % 5}`,
    state: states[at % states.length] ?? 'paid',
    ...(at % 21 === 4 ? { settled: 'charged' as const } : {}),
    ...(at % 13 === 0 ? { cost: null } : states[at % states.length] === 'paid' ? { cost: 10_000 + at } : {}),
    ...(at % 17 === 0 ? { reserved: null } : { reserved: 60_000 + at }),
    useless: at % 7 === 1,
    expected: [9_000 + at, 12_000 + at] as const,
  }));
}

const manyRuns = [
  { id: 'one', preset: 'auto', tag: 'spring' },
  { id: 'two', preset: 'auto' },
  { id: 'three', preset: 'food', tag: 'spring' },
];

function summed(rows: readonly Totals[]): Omit<Totals, 'name'> {
  const sums: Record<string, number> = {};
  for (const { name: _, ...row } of rows) {
    for (const [field, value] of Object.entries(row)) sums[field] = (sums[field] ?? 0) + value;
  }
  return sums as unknown as Omit<Totals, 'name'>;
}

describe('sums', () => {
  it.each(groups)('by %s come to the total, to the micro-dollar', async (by) => {
    seedCalls(file, manyCalls(), {
      runs: manyRuns,
      reuses: [
        { run: 'two', path: '/b.jpg', day: '2026-11-02', saved: 10_001 },
        { run: 'two', path: '/c.jpg', day: '2026-12-02', saved: null },
      ],
    });
    const [parts, all] = await ask(({ purchases }) => [purchases.totals(by), purchases.totals('all')]);
    expect(parts.length).toBeGreaterThan(1);
    expect([summed(parts)]).toEqual(all.map(({ name: _, ...sums }) => sums));
    const paid = manyCalls().filter(({ state }) => state === 'paid');
    expect(all).toMatchObject([
      {
        paid: paid.length,
        costMicrousd: paid.reduce((sum, { cost }) => sum + (cost ?? 0), 0),
        unknown: paid.filter(({ cost }) => cost === null).length,
        ...{ reused: 2, savedMicrousd: 10_001, savedUnknown: 1 },
      },
    ]);
  });

  it('are the same read from the calls themselves as kept by day', async () => {
    seedCalls(file, manyCalls(), { runs: manyRuns });
    const atMs = Date.UTC(2020, 0, 1);
    for (const by of groups) {
      const [kept, read] = await ask(({ purchases }) => [
        purchases.totals(by),
        purchases.totals(by, { since: { atMs } }),
      ]);
      expect(read).toEqual(kept);
    }
  });

  it('of months, days and runs stand in the order of time', async () => {
    seedCalls(file, manyCalls(), { runs: manyRuns });
    const names = (by: TotalsBy) => ask(({ purchases }) => purchases.totals(by).map(({ name }) => name));
    expect(await names('month')).toEqual(['2026-10', '2026-11', '2027-01']);
    expect(await names('day')).toEqual(['2026-10-31', '2026-11-01', '2026-11-02', '2027-01-01']);
    expect(await names('run')).toEqual(['one', 'two', 'three']);
    expect(await names('tag')).toEqual(['spring', '']);
    expect(await names('model')).toEqual(['openai-compatible/model 0', 'openai/model 0', 'openai/model 1']);
  });

  it('are of the time and the run that is asked for', async () => {
    const noon = Date.UTC(2026, 10, 21, 12);
    seedCalls(
      file,
      [
        { day: '2026-11-20', cost: 1, atMs: noon - 86_400_000 },
        { day: '2026-11-21', cost: 20, atMs: noon },
        { day: '2026-11-22', cost: 300, atMs: noon + 86_400_000, run: 'other' },
      ],
      { runs: [{ id: 'run' }, { id: 'other' }], reuses: [{ path: '/b.jpg', day: '2026-11-21', saved: 7 }] },
    );
    const cost = (filter: Parameters<Ledger['purchases']['totals']>[1]) =>
      ask(({ purchases }) => purchases.totals('all', filter)[0]?.costMicrousd);
    expect(await cost({ since: { day: '2026-11-21' } })).toBe(320);
    expect(await cost({ until: { day: '2026-11-21' } })).toBe(21);
    expect(await cost({ since: { day: '2026-11-21' }, until: { day: '2026-11-21' } })).toBe(20);
    expect(await cost({ since: { atMs: noon } })).toBe(320);
    expect(await cost({ until: { atMs: noon } })).toBe(1);
    expect(await cost({ since: { atMs: noon }, until: { day: '2026-11-21' } })).toBe(20);
    expect(await cost({ runId: 'other' })).toBe(300);
    expect(await cost({ runId: 'other', until: { atMs: noon } })).toBeUndefined();
    const saved = await ask(({ purchases }) =>
      purchases.totals('day', { since: { atMs: noon }, until: { atMs: noon + 1 } }),
    );
    expect(saved).toMatchObject([{ name: '2026-11-21', reused: 1, savedMicrousd: 7 }]);
  });
});

describe('the calls', () => {
  it('come in the order they began, over many pages, with preset and tag of their run', async () => {
    const calls = Array.from({ length: 2_500 }, (_, at) => ({ run: at % 2 ? 'one' : 'two' }));
    seedCalls(file, calls, { runs: manyRuns });
    const rows = await ask(({ purchases }) => [...purchases.report({})]);
    expect(rows.map(({ id }) => id)).toEqual(calls.map((_, at) => `call ${at + 1}`));
    expect(rows[1]).toMatchObject({ runId: 'one', preset: 'auto', tag: 'spring' });
    expect(rows[0]).toMatchObject({ runId: 'two', preset: 'auto', tag: undefined });
    const one = await ask(({ purchases }) => [...purchases.report({ runId: 'one' })]);
    expect(one).toHaveLength(1_250);
  });
});

describe('a ledger of many calls', () => {
  it('finds those without an end through their index, not by reading all', () => {
    const db = openDatabase(file);
    const asked: string[] = [];
    const prepare = db.prepare.bind(db);
    db.prepare = (sql) => {
      asked.push(sql);
      return prepare(sql);
    };
    new AttemptTable(db).open('unsettled');
    const plan = prepare(`EXPLAIN QUERY PLAN ${asked.at(-1)}`).all();
    expect(plan.map(({ detail }) => detail)).toEqual(['SEARCH attempts USING INDEX attempts_open (state=?)']);
    db.close();
  });
});

describe('what was bought before', () => {
  it('is noted once for each file of a run that needed no purchase', async () => {
    seedCalls(file, [{ cost: 52_700 }]);
    const ledger = await openLedger(file, fakeClock());
    const run = await ledger.beginRun(newRun);
    const book = bindPurchases(ledger, run);
    for (const sourcePath of ['/photos/a.jpg', '/photos/copy.jpg', '/photos/a.jpg']) {
      expect(await book.open({ ...purchase('key'), sourcePath }, never)).toMatchObject({ kind: 'paid' });
    }
    expect(ledger.purchases.totals('run')).toMatchObject([
      { name: 'run', paid: 1, reused: 0 },
      { name: run.id, paid: 0, reused: 2, savedMicrousd: 105_400, savedUnknown: 0 },
    ]);
    ledger.close();
  });

  it('is not the file itself that was paid for in the same run', async () => {
    seedCalls(file, [{ cost: 52_700 }]);
    const ledger = await openLedger(file, fakeClock());
    const book = bindPurchases(ledger, { id: 'run', owner: { machine: '', pid: 1, startedAt: '' } });
    await book.open({ ...purchase('key'), sourcePath: '/photos/a.jpg' }, never);
    expect(ledger.purchases.totals('all')).toMatchObject([{ reused: 0 }]);
    await book.open({ ...purchase('key'), sourcePath: '/photos/b.jpg' }, never);
    expect(ledger.purchases.totals('all')).toMatchObject([{ reused: 1, savedMicrousd: 52_700 }]);
    ledger.close();
  });
});
