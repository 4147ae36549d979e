// What all processes of the machine share about one slot: plain JSON, times in milliseconds of the book's clock.
import { type Bucket, refill, statedBucket } from './bucket.ts';
import type { CallCost, StatedLimits } from './contract.ts';

/** One call in flight. */
export interface Lease {
  readonly id: string;
  readonly startedMs: number;
  /** Time since the start before it; undefined for the first. */
  readonly gapMs?: number | undefined;
  /** When its place comes back although nobody gave it back, because its process died. */
  expiresMs: number;
  readonly cost: CallCost;
  /** What the slot had taken in all, this call included. */
  taken: CallCost;
  /** What each bucket then known held after it, less the shift of that bucket. */
  readonly levels: Readonly<Record<string, number>>;
}

export interface SlotState {
  touchedMs: number;
  closedUntilMs: number;
  lastStartMs: number | undefined;
  leases: Lease[];
  /** What all calls have used since the state was made, less what was refused. */
  taken: CallCost;
  /** Calls in flight at most; may be a fraction. */
  window: number;
  /** When the window was last halved; undefined while it never was. */
  cutMs: number | undefined;
  passed: number;
  /** When a call was last seen to have passed; undefined before the first. */
  passedAtMs: number | undefined;
  /** How long a call takes, smoothed; undefined before the first one that passed. */
  latencyMs: number | undefined;
  buckets: Record<string, Bucket>;
}

export const firstWindow = 4;
export const leaseMs = 60_000;
const noCost: CallCost = { requests: 0, images: 0, tokens: 0 };

// What was learnt longer ago says nothing about today's limits.
const forgottenAfterMs = 15 * 60_000;

/** The state as it is now: made where there is none, dead leases dropped, buckets refilled, stated limits in force. */
export function openState(stored: SlotState | undefined, stated: StatedLimits, nowMs: number): SlotState {
  const isOld =
    stored !== undefined && nowMs - Math.max(stored.touchedMs, stored.closedUntilMs) > forgottenAfterMs;
  const state = stored === undefined || isOld ? newState(nowMs) : structuredClone(stored);
  state.touchedMs = nowMs;
  state.leases = state.leases.filter((lease) => lease.expiresMs > nowMs);
  for (const bucket of Object.values(state.buckets)) refill(bucket, nowMs);
  for (const unit of ['requests', 'images', 'tokens'] as const) {
    const perMinute = stated[unit];
    const name = `stated ${unit}`;
    if (perMinute === undefined) delete state.buckets[name];
    else if (state.buckets[name]?.limit !== perMinute) {
      state.buckets[name] = statedBucket(unit, perMinute, nowMs);
    }
  }
  return state;
}

function newState(nowMs: number): SlotState {
  return {
    touchedMs: nowMs,
    closedUntilMs: 0,
    lastStartMs: undefined,
    leases: [],
    taken: noCost,
    window: firstWindow,
    cutMs: undefined,
    passed: 0,
    passedAtMs: undefined,
    latencyMs: undefined,
    buckets: {},
  };
}

export function addCost(sum: CallCost, cost: CallCost, sign: 1 | -1 = 1): CallCost {
  return {
    requests: sum.requests + sign * cost.requests,
    images: sum.images + sign * cost.images,
    tokens: sum.tokens + sign * cost.tokens,
  };
}
