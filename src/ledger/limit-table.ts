import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { endOf } from './local-day.ts';
import { safeSum } from './spending-schema.ts';

/** Whose calls are counted: all, those to a provider, those with a key; those of one run alone. */
export interface LimitTarget {
  readonly scope: 'all' | 'provider' | 'key' | 'run';
  /** The provider, key or run; empty for all. */
  readonly name: string;
  readonly period: 'day' | 'month' | 'run';
}

export interface Limit extends LimitTarget {
  /** Micro-dollars. */
  readonly amountMicrousd: number;
  /** From where on it is told: an amount, or a share of the limit. */
  readonly soft: { readonly microusd: number } | { readonly percent: number } | undefined;
  /** Only told, never enforced. */
  readonly warnOnly: boolean;
}

/** A limit and what counts towards it, in micro-dollars. */
export interface Standing {
  readonly limit: Limit;
  /** Charged, also by the user's word; at the most it can have cost where the cost is not known. */
  readonly spentMicrousd: number;
  /** What may have been charged and is not settled, at the most it can have cost. */
  readonly unsettledMicrousd: number;
  /** Calls without an end, at the most they can cost. */
  readonly reservedMicrousd: number;
  readonly leftMicrousd: number;
  /** Calls of which nothing is known, not even the most: they do not count. */
  readonly uncounted: number;
  /** When the next period begins, milliseconds since 1970; undefined for a run. */
  readonly endsAtMs: number | undefined;
}

const sums = `${safeSum('paid_microusd + unpriced_microusd + assumed_microusd')} AS spent,
  ${safeSum('unsettled_microusd')} AS unsettled,
  ${safeSum('underway_microusd')} AS reserved,
  ${safeSum('unpriced_unknown + unsettled_unknown + assumed_unknown + underway_unknown')} AS uncounted`;

/** The table `limits`, and what counts towards them. Writing verbs belong into a transaction. */
export class LimitTable {
  readonly #all: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #sums: Readonly<Record<Limit['scope'], StatementSync>>;

  constructor(db: DatabaseSync) {
    this.#all = db.prepare('SELECT * FROM limits ORDER BY scope, name, period');
    this.#put = db.prepare('INSERT OR REPLACE INTO limits VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM limits WHERE scope = ? AND name = ? AND period = ?');
    const since = `SELECT ${sums} FROM spending WHERE local_day >= :since`;
    this.#sums = {
      // The name is asked for in all of them, so that they are called alike.
      all: db.prepare(`${since} AND :name = ''`),
      provider: db.prepare(`${since} AND provider = :name`),
      key: db.prepare(`${since} AND key_name = :name`),
      run: db.prepare(`SELECT ${sums} FROM spending WHERE run_id = :name AND local_day >= :since`),
    };
  }

  all(): Limit[] {
    return this.#all.all().map(toLimit);
  }

  put({ scope, name, period, amountMicrousd, soft, warnOnly }: Limit): void {
    const microusd = soft !== undefined && 'microusd' in soft ? soft.microusd : null;
    const percent = soft !== undefined && 'percent' in soft ? soft.percent : null;
    this.#put.run(scope, name, period, amountMicrousd, microusd, percent, warnOnly ? 1 : 0);
  }

  /** False when there is none. */
  delete({ scope, name, period }: LimitTarget): boolean {
    return this.#delete.run(scope, name, period).changes === 1;
  }

  /** How a limit stands on the day `today`, `2026-11-21`. */
  standing(limit: Limit, today: string): Standing {
    const { scope, name, period, amountMicrousd } = limit;
    const since = period === 'run' ? '' : period === 'day' ? today : `${today.slice(0, 7)}-01`;
    const row = this.#sums[scope].get({ name, since });
    const [spent, unsettled, reserved] = [Number(row?.spent), Number(row?.unsettled), Number(row?.reserved)];
    return {
      ...{ limit, spentMicrousd: spent, unsettledMicrousd: unsettled, reservedMicrousd: reserved },
      leftMicrousd: Math.max(0, amountMicrousd - spent - unsettled - reserved),
      uncounted: Number(row?.uncounted),
      endsAtMs: period === 'run' ? undefined : endOf(period, today),
    };
  }
}

function toLimit(row: Record<string, SQLOutputValue>): Limit {
  const soft =
    row.soft_microusd !== null
      ? { microusd: Number(row.soft_microusd) }
      : row.soft_percent !== null
        ? { percent: Number(row.soft_percent) }
        : undefined;
  return {
    scope: row.scope as Limit['scope'],
    name: String(row.name),
    period: row.period as Limit['period'],
    amountMicrousd: Number(row.amount_microusd),
    soft,
    warnOnly: row.warn_only === 1,
  };
}
