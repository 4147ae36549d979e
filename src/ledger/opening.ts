// Who may buy a picture: decided within one transaction.
import { ItemError } from '../errors.ts';
import { type AttemptRow, isCollectable } from './attempts.ts';
import { localDay } from './local-day.ts';
import type { Purchase } from './purchase-table.ts';
import type { Run } from './runs.ts';
import type { Tables } from './tables.ts';

export type Opening =
  /** This run's to buy; no other process buys it until `close`. */
  | { readonly kind: 'mine' }
  /** Bought already, its bytes are in the store under this attempt. */
  | { readonly kind: 'paid'; readonly attempt: AttemptRow }
  /** The service took an earlier call on as a job, whose picture can be fetched; this run's to fetch until `close`. */
  | { readonly kind: 'collect'; readonly attempt: AttemptRow }
  /** An earlier call may have been charged, or was charged for nothing. */
  | { readonly kind: 'unsettled' | 'useless'; readonly attempt: AttemptRow }
  /** A living process is buying it. */
  | { readonly kind: 'other'; readonly pid: number };

/** The user's word on what may be bought once more; it is about earlier runs, never about the one it is given to. */
export interface Repeat {
  /** What an earlier call may have been charged for. */
  readonly unsettled: boolean;
  /** What was charged without a picture. */
  readonly useless: boolean;
}

/** Gives the purchase to `run` if it may buy it now; undefined while calls of dead processes have to be settled first. */
export function takePurchase(
  tables: Tables,
  run: Run,
  purchase: Purchase,
  repeat: Repeat,
  nowMs: number,
): Opening | undefined {
  if (leftAt(tables, purchase.key, nowMs).length > 0) return undefined;
  const before = tables.purchases.holder(purchase.key);
  if (before !== undefined && livingHolder(tables, purchase.key, nowMs) === undefined) {
    // It may only have stood still, and must not go on as if it held the right.
    tables.purchases.letGo(before, purchase.key);
  }
  tables.purchases.want(run.id, purchase);
  const found = standing(tables, purchase.key, nowMs);
  const mayRepeat =
    (found.kind === 'unsettled' || found.kind === 'useless') &&
    repeat[found.kind] &&
    found.attempt.runId !== run.id;
  if (found.kind === 'paid') {
    const { sourcePath } = purchase;
    tables.reuses.note({
      runId: run.id,
      sourcePath,
      attempt: found.attempt,
      localDay: localDay(nowMs),
      atMs: nowMs,
    });
  }
  if (found.kind === 'collect') {
    // How it was sent stays as it was noted then.
    tables.purchases.holdAsSent(run.id, purchase.key);
    return found;
  }
  if (found.kind !== 'mine' && !mayRepeat) return found;
  tables.purchases.hold(run.id, purchase);
  return { kind: 'mine' };
}

/**
 * How a purchase stands, apart from what dead processes left: `mine` when nothing keeps it from being bought. What can be
 * collected goes before everything that would have to be bought again.
 */
export function standing(tables: Tables, key: string, nowMs: number): Opening {
  const attempts = tables.attempts.ofPurchase(key);
  const paid = attempts.find(({ state, useless }) => state === 'paid' && !useless);
  if (paid !== undefined) return { kind: 'paid', attempt: paid };
  const holder = livingHolder(tables, key, nowMs);
  if (holder !== undefined) return { kind: 'other', pid: holder.pid };
  const collectable = attempts.find(isCollectable);
  if (collectable !== undefined) return { kind: 'collect', attempt: collectable };
  for (const attempt of attempts) {
    const kind = obstacle(attempt);
    if (kind !== undefined) return { kind, attempt };
  }
  return { kind: 'mine' };
}

/** Calls without an end whose process is gone: whoever holds a purchase makes its calls. */
export function leftAt(tables: Tables, key: string, nowMs: number): AttemptRow[] {
  const open = tables.attempts.ofPurchase(key).filter(hasNoEnd);
  return open.length > 0 && livingHolder(tables, key, nowMs) === undefined ? open : [];
}

export function hasNoEnd({ state }: AttemptRow): boolean {
  return state === 'reserved' || state === 'sent';
}

export function takenOver(): ItemError {
  return new ItemError('collision', 'another run took its purchase over while this one stood still', {
    hint: 'run again when the other run has ended',
  });
}

function livingHolder(tables: Tables, key: string, nowMs: number) {
  const id = tables.purchases.holder(key);
  const run = id === undefined ? undefined : tables.runs.get(id, nowMs);
  return run?.live ? run : undefined;
}

// What was charged without a picture is not bought again silently, also when the user settled it as charged.
function obstacle({ state, useless, settled }: AttemptRow): 'unsettled' | 'useless' | undefined {
  if (state === 'paid' && useless) return 'useless';
  if (state !== 'unsettled') return undefined;
  return settled === undefined ? 'unsettled' : settled === 'charged' ? 'useless' : undefined;
}
