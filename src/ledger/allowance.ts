// Whether a call may be reserved: decided within the transaction that reserves it.
import type { NewAttempt } from './attempts.ts';
import type { Limit, Standing } from './limit-table.ts';
import type { Tables } from './tables.ts';

/** What is to be called, and by whom. Money in micro-dollars. */
export interface Call extends Pick<NewAttempt, 'keyName' | 'reservedMicrousd'> {
  readonly provider: string;
  readonly runId: string;
  /** The most its run may cost; undefined without a bound of its own. */
  readonly maxRunMicrousd: number | undefined;
}

export type Allowance =
  /** `soft` are the limits that it brings to where they are to be told. */
  | { readonly kind: 'yes'; readonly soft: readonly Standing[] }
  /** It fits as soon as other calls come to less than they reserved. */
  | { readonly kind: 'wait'; readonly standing: Standing }
  /** It does not fit, however the calls under way end. */
  | { readonly kind: 'over'; readonly standing: Standing }
  /** Nobody knows what it can cost, and a limit is to hold. */
  | { readonly kind: 'unpriced'; readonly standing: Standing };

/** The strictest answer of all limits that cover the call, on the day `today`, `2026-11-21`. */
export function allow(tables: Tables, call: Call, today: string): Allowance {
  const standings = limitsOn(tables, call).map((limit) => tables.limits.standing(limit, today));
  const { reservedMicrousd: most } = call;
  const [hard] = standings.filter(({ limit }) => !limit.warnOnly);
  if (most === undefined) {
    return hard === undefined
      ? { kind: 'yes', soft: softOnes(standings, 0) }
      : { kind: 'unpriced', standing: hard };
  }
  const full = standings.filter(
    (each) => !each.limit.warnOnly && counted(each) + most > each.limit.amountMicrousd,
  );
  const over = full.find((each) => counted(each) - each.reservedMicrousd + most > each.limit.amountMicrousd);
  if (over !== undefined) return { kind: 'over', standing: over };
  const [waiting] = full;
  if (waiting !== undefined) return { kind: 'wait', standing: waiting };
  return { kind: 'yes', soft: softOnes(standings, most) };
}

/** The limits that cover a call, that of its run first. */
export function limitsOn(
  { limits }: Tables,
  { provider, keyName, runId, maxRunMicrousd }: Omit<Call, 'reservedMicrousd'>,
): Limit[] {
  const names = { all: '', provider, key: keyName, run: runId };
  const covering = limits.all().filter(({ scope, name }) => names[scope] === name);
  return maxRunMicrousd === undefined ? covering : [runLimit(runId, maxRunMicrousd), ...covering];
}

function runLimit(name: string, amountMicrousd: number): Limit {
  return { scope: 'run', name, period: 'run', amountMicrousd, soft: undefined, warnOnly: false };
}

function counted({ spentMicrousd, unsettledMicrousd, reservedMicrousd }: Standing): number {
  return spentMicrousd + unsettledMicrousd + reservedMicrousd;
}

function softOnes(standings: readonly Standing[], most: number): Standing[] {
  return standings.filter((each) => counted(each) + most > softAmount(each.limit));
}

// Without one of its own, a limit that is only told is told when it is passed.
function softAmount({ soft, amountMicrousd, warnOnly }: Limit): number {
  if (soft === undefined) return warnOnly ? amountMicrousd : Number.POSITIVE_INFINITY;
  return 'microusd' in soft ? soft.microusd : (amountMicrousd * soft.percent) / 100;
}
