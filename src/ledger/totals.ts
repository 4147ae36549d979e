import type { DatabaseSync } from 'node:sqlite';

export type TotalsBy = 'all' | 'run' | 'key' | 'model';

/** Sums over calls. Money in micro-dollars. */
export interface Totals {
  /** The run, key or `provider/model`; empty for all. */
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
}

const groups: Readonly<Record<TotalsBy, string>> = {
  all: "''",
  run: 'run_id',
  key: 'key_name',
  model: "provider || '/' || model",
};

/** Sums in the order of the first call; groups in which nothing counts (all refused or released) are left out. */
export function totals(db: DatabaseSync, by: TotalsBy, runId: string | undefined): Totals[] {
  const rows = db
    .prepare(
      `SELECT ${groups[by]} AS name,
         ${counted('paid', "state = 'paid'")},
         ${counted('useless', "state = 'paid' AND useless")},
         ${summed('costMicrousd', 'cost_microusd', "state = 'paid'")},
         ${counted('unknown', "state = 'paid' AND cost_microusd IS NULL")},
         ${counted('unsettled', unsettled)},
         ${summed('unsettledMicrousd', 'reserved_microusd', unsettled)},
         ${counted('unsettledUnknown', `${unsettled} AND reserved_microusd IS NULL`)},
         ${counted('assumed', assumed)},
         ${summed('assumedMicrousd', 'reserved_microusd', assumed)},
         ${counted('assumedUnknown', `${assumed} AND reserved_microusd IS NULL`)},
         ${counted('underway', underway)},
         ${summed('underwayMicrousd', 'reserved_microusd', underway)}
       FROM attempts
       WHERE state NOT IN ('refused', 'released') AND settled IS NOT 'free' AND (:runId IS NULL OR run_id = :runId)
       GROUP BY name ORDER BY min(number)`,
    )
    .all({ runId: runId ?? null });
  return rows.map((row) => ({ ...row }) as unknown as Totals);
}

const unsettled = "state = 'unsettled' AND settled IS NULL";
const assumed = "state = 'unsettled' AND settled IN ('charged', 'again')";
const underway = "state IN ('reserved', 'sent')";

function counted(name: string, condition: string): string {
  return `count(*) FILTER (WHERE ${condition}) AS ${name}`;
}

function summed(name: string, column: string, condition: string): string {
  return `coalesce(sum(${column}) FILTER (WHERE ${condition}), 0) AS ${name}`;
}
