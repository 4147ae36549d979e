import { take, waitFor } from './bucket.ts';
import type { CallCost } from './contract.ts';
import { unnamed } from './learn.ts';
import { addCost, firstWindow, type Lease, leaseMs, type SlotState } from './slot-state.ts';

/**
 * When the next call may start. `guess`: by a pace that nobody stated or told. `places` when none is free in flight,
 * which only an answer can change.
 */
export interface Earliest {
  readonly waitMs: number;
  readonly why: 'now' | 'closed' | 'pace' | 'guess' | 'places';
}

// Timers and clocks agree to a millisecond.
const tolerance = 1;

/** How long a call of that cost must wait in an opened state. */
export function earliestStart(state: SlotState, cost: CallCost, nowMs: number): Earliest {
  const closedMs = state.closedUntilMs - nowMs;
  if (closedMs > 0) return { waitMs: closedMs, why: 'closed' };
  const isFull = state.leases.length >= placesOf(state);
  if (isFull && !isWaveOpen(state)) return { waitMs: Number.POSITIVE_INFINITY, why: 'places' };
  const sinceStartMs = nowMs - (state.lastStartMs ?? Number.NEGATIVE_INFINITY);
  let waitMs = isFull ? waveMs - sinceStartMs : isExploring(state) ? exploringGap(state) - sinceStartMs : 0;
  let why: Earliest['why'] = 'guess';
  for (const bucket of Object.values(state.buckets)) {
    const forBucketMs = waitFor(bucket, cost[bucket.unit], sinceStartMs);
    if (forBucketMs <= waitMs) continue;
    waitMs = forBucketMs;
    why = bucket.source === 'measured' ? 'guess' : 'pace';
  }
  return waitMs <= tolerance ? { waitMs: 0, why: 'now' } : { waitMs, why };
}

/** Lets a call start now: takes its cost and a place in flight. */
export function takeStart(state: SlotState, id: string, cost: CallCost, nowMs: number): Lease {
  for (const bucket of Object.values(state.buckets)) take(bucket, cost[bucket.unit]);
  state.taken = addCost(state.taken, cost);
  const levels = Object.fromEntries(
    Object.entries(state.buckets).map(([name, bucket]) => [name, bucket.level - bucket.shift]),
  );
  const gapMs = state.lastStartMs === undefined ? undefined : nowMs - state.lastStartMs;
  state.lastStartMs = nowMs;
  const lease = { id, startedMs: nowMs, gapMs, expiresMs: nowMs + leaseMs, cost, taken: state.taken, levels };
  state.leases.push(lease);
  return lease;
}

/** How many calls could start within that time, as far as is known now. */
export function startsWithin(state: SlotState, cost: CallCost, horizonMs: number, nowMs: number): number {
  const openMs = horizonMs - Math.max(0, state.closedUntilMs - nowMs);
  if (openMs <= 0) return 0;
  const free = placesOf(state) - state.leases.length;
  // An answer takes a millisecond at least, also where the clock did not see it.
  const freed =
    state.latencyMs === undefined ? 0 : (state.leases.length * openMs) / Math.max(1, state.latencyMs);
  let starts = free + freed;
  for (const bucket of Object.values(state.buckets)) {
    const each = cost[bucket.unit];
    if (each <= 0 || bucket.perMs <= 0) continue;
    starts = Math.min(starts, (bucket.level + bucket.perMs * (nowMs - bucket.atMs + openMs)) / each);
  }
  return Math.max(0, Math.floor(starts));
}

const mostPlaces = 64;
const mostPlacesEver = 256;

/** Calls in flight at most: where the rate is known and there was no trouble yet, the window need not be felt for. */
export function placesOf(state: SlotState): number {
  const isFree = state.cutMs === undefined && !isExploring(state);
  return Math.max(1, Math.floor(isFree ? mostWindow(state) : Math.min(state.window, mostWindow(state))));
}

/** What the window may grow to. By Little's law a rate keeps rate × latency calls in flight. */
export function mostWindow({ buckets, latencyMs }: SlotState): number {
  const rates = Object.values(buckets).flatMap(({ perMs, unit }) =>
    perMs > 0 && unit !== 'tokens' ? [perMs] : [],
  );
  const needed = rates.length === 0 ? 0 : Math.min(...rates) * (latencyMs ?? 0) * 1.25 + firstWindow;
  return Math.min(mostPlacesEver, Math.max(mostPlaces, needed));
}

/** Whether nothing is known yet of what limits pictures. */
export function isExploring({ buckets }: SlotState): boolean {
  if (buckets[unnamed] && buckets[unnamed].perMs > 0) return false;
  return !Object.values(buckets).some(
    ({ unit, perMs, source }) => perMs > 0 && (unit === 'images' || source === 'stated') && unit !== 'tokens',
  );
}

const mostInWave = 6;
const waveMs = 1000;

// Answers are slow to come: while there is none at all, a few more may start, one at a time.
function isWaveOpen({ leases, latencyMs, cutMs, buckets }: SlotState): boolean {
  const isUntold = latencyMs === undefined && cutMs === undefined && Object.keys(buckets).length === 0;
  return isUntold && leases.length < mostInWave;
}

// Before the first answer each start waits longer than the last, so that a slow and strict service sees few of them.
function exploringGap(state: SlotState): number {
  if (state.latencyMs !== undefined) return state.latencyMs / state.window;
  return state.leases.length === 0 ? 0 : 75 * 2 ** state.leases.length;
}
