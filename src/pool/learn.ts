// What answers teach about buckets: levels by headers, emptiness by refusals, and from two of either the rate between.
import { type Bucket, emptyBucket, type Sight, see, shift, unitOf } from './bucket.ts';
import type { BucketReading, LimitReading } from './read-limits.ts';
import { addCost, firstWindow, type Lease, type SlotState } from './slot-state.ts';
import { proveStated } from './stated-burst.ts';

/** The name of the bucket that stands for refusals which name none. */
export const unnamed = 'calls';

/** Takes over what the headers of an answer say; `isRefused` when the call was not let through. */
export function learnLevels(
  state: SlotState,
  lease: Lease,
  reading: LimitReading,
  isRefused: boolean,
  nowMs: number,
): void {
  for (const [name, told] of Object.entries(reading.buckets)) {
    const bucket = bucketNamed(state, name, nowMs);
    // An answer that began earlier may tell of a limit that has changed since.
    if (lease.startedMs >= (bucket.newest?.startedMs ?? 0)) learnLimit(bucket, told);
    if (told.remaining === undefined) continue;
    const cost = lease.cost[bucket.unit];
    const taken = lease.taken[bucket.unit];
    const sight = { startedMs: lease.startedMs, level: told.remaining, taken };
    const isFull = told.remaining >= bucket.capacity - cost / 2;
    bucket.capacity = Math.max(bucket.capacity, told.remaining, cost);
    if (!isRefused || told.remaining < cost) {
      seeLevel(state, lease, name, sight, isFull, nowMs);
    }
  }
}

/**
 * A call was refused for being too fast: it took nothing after all, and at its start the bucket that refused it was
 * empty. Without a name and without headers that show which, a bucket of its own stands for all that is unknown.
 */
export function learnRefusal(state: SlotState, lease: Lease, reading: LimitReading, nowMs: number): void {
  const blamed = blame(state, lease, reading, nowMs);
  for (const [name, bucket] of Object.entries(state.buckets)) {
    const cost = lease.cost[bucket.unit];
    if (!blamed.includes(bucket)) {
      shift(bucket, cost);
      continue;
    }
    const taken = lease.taken[bucket.unit];
    const sight = {
      startedMs: lease.startedMs,
      level: levelIn(lease, name) === undefined ? 0 : emptyLevel(bucket, cost),
      taken,
    };
    if (bucket.source === 'unknown' || bucket.source === 'measured') {
      learnRate(bucket, sight, Math.max(cost, 1), gapBefore(state, lease, nowMs), nowMs);
    }
    see(bucket, sight, levelIn(lease, name), state.taken[bucket.unit] - taken, nowMs);
    // While the rate is hardly known a pause costs nothing, so long as the bucket is large, and spares refusals.
    if (bucket.measuredCalls < fewRefusedCalls && bucket.source === 'measured' && !isTight(bucket, cost)) {
      shift(bucket, Math.min(0, -bucket.level));
    }
    bucket.calm = 0;
  }
}

// Of the first few calls, which start before an answer can tell anything, slow answers tell more than the gap between.
function gapBefore(
  { passed, taken }: SlotState,
  { gapMs = 1000, startedMs, cost }: Lease,
  nowMs: number,
): number {
  const isBlind = passed < 2 * firstWindow && taken.requests >= firstWindow * cost.requests;
  return isBlind ? Math.max(gapMs, (nowMs - startedMs) / firstWindow) : gapMs;
}

// By a rate that is trusted a call starts when there should be just enough: then little was missing, the first time.
function emptyLevel({ source, calm }: Bucket, cost: number): number {
  return (source === 'limit' || source === 'stated') && calm > 1 ? cost / 2 : 0;
}

/** Gives back what a refused call had taken, also in what was noted after it. */
export function giveBack(state: SlotState, lease: Lease): void {
  state.taken = addCost(state.taken, lease.cost, -1);
  lease.taken = addCost(lease.taken, lease.cost, -1);
  for (const other of state.leases) {
    if (other.startedMs > lease.startedMs) other.taken = addCost(other.taken, lease.cost, -1);
  }
  for (const { unit, anchor, newest, empty } of Object.values(state.buckets)) {
    for (const sight of new Set([anchor, newest, ...empty])) {
      if (sight && sight.startedMs > lease.startedMs) sight.taken -= lease.cost[unit];
    }
  }
}

// A service may name a bucket as it likes, `constructor` too.
function levelIn({ levels }: Lease, name: string): number | undefined {
  return Object.hasOwn(levels, name) ? levels[name] : undefined;
}

function bucketNamed(state: SlotState, name: string, nowMs: number): Bucket {
  const known = Object.hasOwn(state.buckets, name) ? state.buckets[name] : undefined;
  const bucket = known ?? emptyBucket(unitOf(name), nowMs);
  state.buckets[name] = bucket;
  return bucket;
}

function learnLimit(bucket: Bucket, { limit, remaining, resetMs }: BucketReading): void {
  if (limit === undefined || limit <= 0 || limit === bucket.limit) return;
  // What is held falls with what trickles in, as a rule; what remains shows it where it does not.
  if (bucket.limit !== undefined && limit < bucket.limit) {
    bucket.capacity = Math.max(1, (bucket.capacity * limit) / bucket.limit);
    shift(bucket, 0);
  }
  // What was measured by the old limit is no base line for the new one.
  bucket.anchor = undefined;
  bucket.limit = limit;
  bucket.source = 'limit';
  bucket.perMs = limit / 60_000;
  // A limit a day fills so slowly that its reset shows it.
  const byReset = resetMs && remaining !== undefined ? (limit - remaining) / resetMs : 0;
  if (resetMs && resetMs >= 5000 && byReset > 0 && byReset < bucket.perMs / 2) bucket.perMs = byReset;
  if (remaining === undefined && bucket.capacity === 0) bucket.capacity = Math.max(1, bucket.perMs * 1500);
}

function seeLevel(
  state: SlotState,
  lease: Lease,
  name: string,
  sight: Sight,
  isFull: boolean,
  nowMs: number,
): void {
  const bucket = bucketNamed(state, name, nowMs);
  const { unit } = bucket;
  see(bucket, sight, levelIn(lease, name), state.taken[unit] - sight.taken, nowMs);
  // The header may have been written at the end of the call, with all that started meanwhile in it. That is feared only
  // where it costs little: where a bucket fills up during a call, it would hold half the calls back.
  const trickled = bucket.perMs * (nowMs - sight.startedMs);
  if (trickled <= bucket.capacity / 4) shift(bucket, Math.min(0, sight.level - bucket.level));
  const stated = state.buckets[`stated ${unit}`];
  if (stated) {
    stated.capacity = Math.max(stated.capacity, bucket.capacity);
    shift(stated, bucket.level - stated.level);
  }
  if (isFull || bucket.anchor === undefined) bucket.anchor = sight;
  else measureByLevels(bucket, bucket.anchor, sight, lease.cost[unit]);
}

// Headers give whole units: over fewer calls than this the rounding is all that would be measured.
const fewCalls = 20;

function measureByLevels(bucket: Bucket, anchor: Sight, sight: Sight, cost: number): void {
  const taken = sight.taken - anchor.taken;
  const perMs = (sight.level - anchor.level + taken) / (sight.startedMs - anchor.startedMs);
  if (cost <= 0 || taken < fewCalls * cost || !(perMs > 0)) return;
  bucket.anchor = sight;
  if (Math.abs(perMs / bucket.perMs - 1) < 0.15) return;
  // A small bucket runs over while there is little to do, and then less seems to trickle in than does.
  if (perMs < bucket.perMs && bucket.capacity < 4 * cost) return;
  bucket.perMs = perMs;
}

function blame(state: SlotState, lease: Lease, reading: LimitReading, nowMs: number): Bucket[] {
  const { named } = reading;
  if (named) {
    const bucket = bucketNamed(state, named.name, nowMs);
    if (named.limit && named.limit !== bucket.limit) {
      bucket.limit = named.limit;
      bucket.source = 'limit';
      bucket.perMs = named.limit / named.periodMs;
      bucket.capacity = Math.max(bucket.capacity, 1, bucket.perMs * 1500);
    }
    return [bucket];
  }
  const empty = Object.entries(reading.buckets).filter(
    ([name, { remaining }]) => remaining !== undefined && remaining < lease.cost[unitOf(name)],
  );
  if (empty.length > 0) return empty.map(([name]) => bucketNamed(state, name, nowMs));
  const shown = proveStated(state, lease, nowMs);
  if (shown.length > 0) return shown;
  const stated = Object.values(state.buckets).filter(({ source }) => source === 'stated');
  return [bucketNamed(state, unnamed, nowMs), ...stated];
}

const fewRefusedCalls = 5;
const rememberedRefusals = 5;
// A longer time between two starts shows that there was nothing to do, not how slow the service is.
const longestGapMs = 6000;
const idleMs = 60_000;
// As long as slow answers take: meanwhile nothing starts.
const slowMs = 25_000;

function learnRate(bucket: Bucket, sight: Sight, cost: number, gapMs: number, nowMs: number): void {
  if (bucket.perMs === 0) {
    bucket.perMs = cost / Math.min(longestGapMs, Math.max(1, gapMs)) / 2;
    bucket.source = 'measured';
    bucket.burst = sight.taken;
    bucket.measuredMs = nowMs;
  } else if (gapMs > Math.max(idleMs, (3 * cost) / bucket.perMs)) {
    bucket.anchor = sight;
    bucket.empty = [];
  } else measureByRefusals(bucket, sight, cost, nowMs);
  bucket.capacity = Math.max(cost, Math.min(bucket.perMs * 2000, bucket.burst));
  bucket.anchor ??= sight;
  if (sight.startedMs > (bucket.empty.at(-1)?.startedMs ?? Number.NEGATIVE_INFINITY)) {
    bucket.empty = [...bucket.empty, sight].slice(-rememberedRefusals);
  }
}

/**
 * Between two moments at which the bucket is empty (less than one call in it), what was let through is what trickled
 * in: rate = taken / time, give or take one call.
 */
function measureByRefusals(bucket: Bucket, sight: Sight, cost: number, nowMs: number): void {
  const { anchor, empty } = bucket;
  if (anchor === undefined || sight.startedMs <= anchor.startedMs) return;
  const whole = between(anchor, sight, cost);
  // Of calls that had started before the rate was last set so many are refused that they give no more than a bound.
  if (sight.startedMs <= bucket.measuredMs) {
    bucket.perMs = Math.min(bucket.perMs, (1.2 * (whole.calls + 1) * cost) / whole.ms);
    return;
  }
  // So few since one of the last refusals that the limit must have fallen: the older base line counts no more.
  const bounds = empty.map((from) => ({ from, ...between(from, sight, cost) })).filter(({ ms }) => ms > 0);
  const fallen = bounds.filter((late) => (late.calls + 1) / late.ms < (0.85 * whole.calls) / whole.ms)[0];
  const { ms, calls } = fallen ?? whole;
  const measured = ((calls >= fewRefusedCalls ? calls : calls + 0.5) * cost) / ms;
  // A small bucket runs over while calls start too slowly, which a mean does not show: it takes a step back instead.
  const isSmall = isTight(bucket, cost) && bucket.calm >= fewRefusedCalls;
  // While nothing started it may have run over as well: so few calls say little then.
  const isIdle = calls < fewRefusedCalls && bucket.fullMs > anchor.startedMs + slowMs;
  const least = bucket.perMs * (isSmall ? 0.93 : isIdle ? 0.6 : 0);
  bucket.perMs = Math.max(least, calls >= fewRefusedCalls ? measured : Math.min(bucket.perMs, measured));
  bucket.measuredMs = nowMs;
  bucket.measuredCalls = calls;
  if (fallen) bucket.anchor = fallen.from;
  else if (calls >= 60) bucket.anchor = empty.at(-1);
}

// Whether the bucket holds few calls, as far as the first refusal showed.
function isTight({ burst }: Bucket, cost: number): boolean {
  return burst < 4 * cost;
}

function between(from: Sight, to: Sight, cost: number): { ms: number; calls: number } {
  return { ms: to.startedMs - from.startedMs, calls: (to.taken - from.taken) / cost };
}
