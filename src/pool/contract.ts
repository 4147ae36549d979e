// What the pool is asked for, and by whom.
import type { CallError, EnhanceResult } from '../providers/enhance.ts';

/** What a call uses of a minute's allowance. */
export interface CallCost {
  readonly requests: number;
  readonly images: number;
  readonly tokens: number;
}

/** One key for one model: where calls go, and what limits them. */
export interface SlotFacts {
  /** The same for everybody who is limited together: provider, host, organisation or key, and model; holds no secret. */
  readonly id: string;
  /** For people: `openai/team`. */
  readonly keyName: string;
  /** Share of the work against other slots; 1 unless given. */
  readonly weight: number;
}

/** Limits a minute that the user knows; undefined where they are to be learnt. */
export interface StatedLimits {
  readonly requests?: number;
  readonly images?: number;
  readonly tokens?: number;
}

/** What one attempt came to: the answer's headers in either case. */
export type AttemptOutcome =
  | { readonly ok: true; readonly result: EnhanceResult }
  | { readonly ok: false; readonly error: CallError };

export interface PoolJob {
  readonly cost: CallCost;
  /**
   * Makes one attempt on a slot. Resolves for whatever the service did; rejects only for what is no matter of the
   * service (the disk, the ledger, a stop), which ends the job with that error.
   */
  attempt(slot: SlotFacts, signal: AbortSignal): Promise<AttemptOutcome>;
}

export interface PoolEvents {
  /**
   * A slot waits because the service said so, or for more than 20 seconds by its pace, told at most once a minute; or it
   * is benched for the run while others go on: for the display.
   */
  notice(notice: PoolNotice): void;
}

export type PoolNotice =
  | { readonly kind: 'waiting'; readonly keyName: string; readonly waitMs: number; readonly why: string }
  | { readonly kind: 'benched'; readonly keyName: string; readonly error: CallError };

export interface PoolOptions {
  readonly slots: readonly SlotFacts[];
  readonly stated: StatedLimits;
  /** Calls in flight at most, over all slots of this process; `auto` lets each slot find its own. */
  readonly concurrency: number | 'auto';
  /**
   * The longest wait for the next start, by the word of the service or by pace; beyond it the run ends. It ends, too,
   * when a job was refused for longer while nothing at all was let through.
   */
  readonly maxWaitMs: number;
}

/** Lets calls through as fast as the limits allow. */
export interface Pool {
  /**
   * Runs a job to its end: waits for the slot that may start first, tries again what was free and may succeed.
   * Rejects with the CallError that ended it; with PoolClosed when no slot is left or all waits are too long; with the
   * signal's reason when that comes while it waits (a call in flight sees the signal itself).
   */
  run(job: PoolJob, signal: AbortSignal): Promise<EnhanceResult>;
  /**
   * Resolves when a job that is begun now would not wait long: bounds how far pictures are made ready ahead. Whoever does
   * not run a job after all hands the permission back by calling what it resolves with.
   */
  ready(signal: AbortSignal): Promise<() => void>;
  /** Calls in flight in this process now. */
  inFlight(): number;
}
