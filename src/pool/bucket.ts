// One allowance a minute as a token bucket: what is in it, how fast it fills, and how its rate is measured.
import type { CallCost } from './contract.ts';

export type Unit = keyof CallCost;

/** A moment at which the level was seen: at the start of a call, that call taken. */
export interface Sight {
  readonly startedMs: number;
  readonly level: number;
  /** What the slot had taken in all by then, in the bucket's unit. */
  taken: number;
}

export interface Bucket {
  readonly unit: Unit;
  /** `stated` by the user, told as a `limit` by the service, `measured` here, or still `unknown`. */
  source: 'stated' | 'limit' | 'measured' | 'unknown';
  /** The limit as it was stated or told. */
  limit: number | undefined;
  /** Refill, in units a millisecond; 0 while unknown. */
  perMs: number;
  level: number;
  capacity: number;
  /** What it held at most when the first call was refused; infinite until then. */
  burst: number;
  /** When a refusal first showed what a stated bucket holds; undefined until then. */
  provenMs: number | undefined;
  /** The sum of all corrections of the level. */
  shift: number;
  atMs: number;
  /** When it last ran over, as far as is known. */
  fullMs: number;
  /** The base line of the measurement, and the newest sight. */
  anchor: Sight | undefined;
  newest: Sight | undefined;
  /** The last refusals, the newest last. */
  empty: Sight[];
  /** Calls since the last refusal. */
  calm: number;
  /** When the rate was last measured by a refusal, and over how many calls. */
  measuredMs: number;
  measuredCalls: number;
}

const burstMs = 1500;
// Calls do not arrive as evenly as they start: one that finds just enough in the bucket starts this much later.
const marginMs = 20;

/** A limit the user stated: trusted at once, spent evenly but for a burst of 1.5 seconds' worth, which is felt for. */
export function statedBucket(unit: Unit, perMinute: number, nowMs: number): Bucket {
  const perMs = perMinute / 60_000;
  const capacity = firstBurst(perMs);
  return {
    ...emptyBucket(unit, nowMs),
    source: 'stated',
    limit: perMinute,
    perMs,
    level: capacity,
    capacity,
  };
}

/** What a bucket is taken to hold while nothing shows it. */
export function firstBurst(perMs: number): number {
  return Math.max(1, perMs * burstMs);
}

export function emptyBucket(unit: Unit, nowMs: number): Bucket {
  return {
    unit,
    source: 'unknown',
    limit: undefined,
    perMs: 0,
    level: 0,
    capacity: 0,
    burst: Number.MAX_SAFE_INTEGER,
    provenMs: undefined,
    shift: 0,
    atMs: nowMs,
    fullMs: Number.MIN_SAFE_INTEGER,
    anchor: undefined,
    newest: undefined,
    empty: [],
    calm: 0,
    measuredMs: 0,
    measuredCalls: 0,
  };
}

/** Which part of a call's cost a bucket of that name counts. */
export function unitOf(name: string): Unit {
  if (name.includes('token')) return 'tokens';
  return name.includes('image') ? 'images' : 'requests';
}

export function refill(bucket: Bucket, nowMs: number): void {
  const trickled = bucket.perMs * Math.max(0, nowMs - bucket.atMs);
  const most = bucket.capacity + bucket.perMs * marginMs;
  if (bucket.level + trickled > most) bucket.fullMs = nowMs;
  bucket.level = Math.min(most, bucket.level + trickled);
  bucket.atMs = nowMs;
}

/** Takes a call out of a refilled bucket; one whose rate was measured probes a little faster with each. */
export function take(bucket: Bucket, cost: number): void {
  bucket.level -= cost;
  bucket.calm += 1;
  if (bucket.source === 'measured') bucket.perMs *= 1 + probe(bucket);
}

// The longer nothing was refused, the less the measured rate is believed to be all there is.
function probe({ calm, measuredCalls }: Bucket): number {
  // A rate measured over k calls may be off by 1/k: it is made up for within the next k.
  const doubt = Math.min(0.025, 0.25 / Math.max(1, measuredCalls) ** 2);
  return Math.max(doubt, calm <= 25 ? 0.001 : calm <= 60 ? 0.005 : 0.02);
}

// A surplus is spent over this time, so that starts are spread and none is left at the end.
const spreadMs = 2500;

/** Milliseconds from now until a call of that cost may start; `sinceStartMs` is the time since the last start. */
export function waitFor(bucket: Bucket, cost: number, sinceStartMs: number): number {
  if (cost <= 0 || bucket.perMs <= 0) return 0;
  const needed = Math.min(cost, bucket.capacity);
  const forLevel = (needed - bucket.level) / bucket.perMs + marginMs;
  const pace = bucket.perMs + Math.max(0, bucket.level - needed) / spreadMs;
  // What comes late finds a small bucket full: it cannot make up for it.
  const gap = cost / pace + (bucket.capacity < 2 * cost && bucket.source !== 'measured' ? marginMs : 0);
  return Math.max(0, forLevel, gap - sinceStartMs);
}

/**
 * The level was seen. `expected` is what the bucket held then, as far as was known, less its `shift` of then: by as much
 * as that was wrong, what it is thought to hold now is wrong too. Undefined where the bucket was not known then: what
 * trickled in since, and what was `takenSince`, is reckoned in instead.
 */
export function see(
  bucket: Bucket,
  sight: Sight,
  expected: number | undefined,
  takenSince: number,
  nowMs: number,
): void {
  if (bucket.newest !== undefined && sight.startedMs < bucket.newest.startedMs) return;
  // What was more than thought has run over since; and an old call tells a bucket that is known nothing better.
  const isStale = sight.startedMs < bucket.fullMs || (expected === undefined && bucket.newest !== undefined);
  bucket.newest = sight;
  const wrong =
    expected === undefined
      ? sight.level + bucket.perMs * (nowMs - sight.startedMs) - takenSince - bucket.level
      : sight.level - (expected + bucket.shift);
  shift(bucket, isStale ? Math.min(0, wrong) : wrong);
}

/** Corrects the level, now and for all calls in flight. */
export function shift(bucket: Bucket, by: number): void {
  const level = Math.min(bucket.capacity, bucket.level + by);
  bucket.shift += level - bucket.level;
  bucket.level = level;
}
