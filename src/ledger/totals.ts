import type { DatabaseSync } from 'node:sqlite';
import { safeSum, spendingFromAttempts } from './spending-schema.ts';

export type TotalsBy = 'all' | 'day' | 'month' | 'run' | 'key' | 'provider' | 'model' | 'preset' | 'tag';

/** Sums over calls. Money in micro-dollars. */
export interface Totals {
  /** The day, month, run, key, provider, `provider/model`, preset or tag; empty for all, and where there is none. */
  readonly name: string;
  /** Calls that were charged for and answered. */
  readonly paid: number;
  /** Those of them whose answer was no picture. */
  readonly useless: number;
  /** What the paid ones cost, as far as it is known. */
  readonly costMicrousd: number;
  /** Paid ones whose cost is not known. */
  readonly unknown: number;
  /** Calls that may have been charged, the most they can have cost, and how many of them have no known price. */
  readonly unsettled: number;
  readonly unsettledMicrousd: number;
  readonly unsettledUnknown: number;
  /** Calls without a picture that the user settled as charged or had bought again, taken at the most they can have cost. */
  readonly assumed: number;
  readonly assumedMicrousd: number;
  readonly assumedUnknown: number;
  /** Calls without an end, and the most they can cost. */
  readonly underway: number;
  readonly underwayMicrousd: number;
  /** Calls that the service refused, free of charge. */
  readonly refused: number;
  /** Paid calls whose likely cost was known before, and the range it was expected in. */
  readonly estimated: number;
  readonly expectedLowMicrousd: number;
  readonly expectedHighMicrousd: number;
  /** Pictures made from what was bought before, what buying those would have cost, and those whose cost is not known. */
  readonly reused: number;
  readonly savedMicrousd: number;
  readonly savedUnknown: number;
}

/** The calls that are meant; all of them without any part. */
export interface TotalsFilter {
  readonly runId?: string | undefined;
  readonly since?: Bound | undefined;
  readonly until?: Bound | undefined;
}

/** A whole local day, which is within; or a moment (milliseconds since 1970): from it on, or up to it and without it. */
export type Bound = { readonly day: string } | { readonly atMs: number };

const groups: Readonly<Record<TotalsBy, string>> = {
  all: "''",
  day: 'local_day',
  month: 'substr(local_day, 1, 7)',
  run: 'run_id',
  key: 'key_name',
  provider: 'provider',
  model: "provider || '/' || model",
  preset: "coalesce(preset, '')",
  tag: "coalesce(tag, '')",
};

const columns: Readonly<Record<Exclude<keyof Totals, 'name' | keyof typeof reuseColumns>, string>> = {
  paid: 'paid',
  useless: 'useless',
  costMicrousd: 'paid_microusd',
  unknown: 'unpriced',
  unsettled: 'unsettled',
  unsettledMicrousd: 'unsettled_microusd',
  unsettledUnknown: 'unsettled_unknown',
  assumed: 'assumed',
  assumedMicrousd: 'assumed_microusd',
  assumedUnknown: 'assumed_unknown',
  underway: 'underway',
  underwayMicrousd: 'underway_microusd',
  refused: 'refused',
  estimated: 'estimated',
  expectedLowMicrousd: 'expected_low_microusd',
  expectedHighMicrousd: 'expected_high_microusd',
};

const reuseColumns = {
  reused: '1',
  savedMicrousd: 'coalesce(saved_microusd, 0)',
  savedUnknown: 'saved_microusd IS NULL',
} as const;

/** Sums in the order of time; groups in which nothing counts (all released or settled as free) are left out. */
export function totals(db: DatabaseSync, by: TotalsBy, filter: TotalsFilter = {}): Totals[] {
  const calls = Object.entries(columns);
  const reuses = Object.entries(reuseColumns);
  const names = [...calls, ...reuses].map(([name]) => name);
  const spent = calls.map(([name, column]) => `${column} AS ${name}`);
  const rows = db
    .prepare(
      `WITH ${theseAttempts(filter)}
       calls AS (
         SELECT run_id, local_day, provider, key_name, model, ${spent.join(', ')}, ${zeros(reuses)}
         FROM ${sumsOf(filter)} WHERE ${within(filter)}
         UNION ALL
         SELECT run_id, local_day, provider, key_name, model, ${zeros(calls)},
           ${reuses.map(([name, value]) => `${value} AS ${name}`).join(', ')}
         FROM reuses WHERE ${within(filter)} AND ${atTime(filter, 'at_ms')})
       SELECT ${groups[by]} AS name, ${names.map((name) => `${safeSum(name)} AS ${name}`).join(', ')}
       FROM calls LEFT JOIN runs ON runs.id = calls.run_id
       GROUP BY 1 HAVING ${names.map((name) => `total(${name})`).join(' + ')} > 0
       ORDER BY min(local_day), min(runs.rowid), 1`,
    )
    .all(valuesOf(filter));
  return rows.map((row) => ({ ...row }) as unknown as Totals);
}

/** The condition on `local_day` and `run_id` for what `filter` says in days, for values from `valuesOf`. */
export function within({ runId, since, until }: TotalsFilter): string {
  return [
    'true',
    ...(runId === undefined ? [] : ['run_id = :runId']),
    ...(since !== undefined && 'day' in since ? ['local_day >= :since'] : []),
    ...(until !== undefined && 'day' in until ? ['local_day <= :until'] : []),
  ].join(' AND ');
}

/** The condition on a column of milliseconds for what `filter` says in moments. */
export function atTime({ since, until }: TotalsFilter, column: string): string {
  return [
    'true',
    ...(since !== undefined && 'atMs' in since ? [`${column} >= :since`] : []),
    ...(until !== undefined && 'atMs' in until ? [`${column} < :until`] : []),
  ].join(' AND ');
}

/** What the conditions of `within` and `atTime` compare with. */
export function valuesOf({ runId, since, until }: TotalsFilter): Record<string, string | number> {
  return {
    ...(runId === undefined ? {} : { runId }),
    ...(since === undefined ? {} : { since: 'day' in since ? since.day : since.atMs }),
    ...(until === undefined ? {} : { until: 'day' in until ? until.day : until.atMs }),
  };
}

// The sums that the ledger keeps are by day. What is asked by the hour is summed over the calls themselves.
function sumsOf(filter: TotalsFilter): string {
  return byTheHour(filter) ? `(${spendingFromAttempts})` : 'spending';
}

// Stands for the table in the query that sums over it.
function theseAttempts(filter: TotalsFilter): string {
  if (!byTheHour(filter)) return '';
  return `attempts AS (SELECT * FROM main.attempts WHERE ${within(filter)} AND ${atTime(filter, 'reserved_at_ms')}),`;
}

function byTheHour({ since, until }: TotalsFilter): boolean {
  return [since, until].some((bound) => bound !== undefined && 'atMs' in bound);
}

function zeros(fields: readonly (readonly [name: string, value: string])[]): string {
  return fields.map(([name]) => `0 AS ${name}`).join(', ');
}
