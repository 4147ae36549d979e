// How much the service holds beyond the pace that the user stated: felt for by what passes, shown by the first refusal.
import { type Bucket, firstBurst, shift } from './bucket.ts';
import type { Lease, SlotState } from './slot-state.ts';

// However much the service would give: in any minute no more than the stated number and this share of it are started.
const mostBurstMs = 10_000;
// By how many calls too many are in flight when the bucket has run dry, and their answers are not back.
const fewTooMany = 3;

/** A call passed: as long as none was refused, and what is held is being used, a little more is held to be there. */
export function widenStated(state: SlotState, lease: Lease): void {
  for (const bucket of Object.values(state.buckets)) {
    const cost = lease.cost[bucket.unit];
    if (bucket.source !== 'stated' || bucket.provenMs !== undefined || cost <= 0) continue;
    if (bucket.level >= firstBurst(bucket.perMs) || isTold(state, bucket)) continue;
    const most = bucket.perMs * mostBurstMs - bucket.capacity;
    const more = Math.min(most, cost * Math.min(1, fewTooMany / (state.leases.length + 1)));
    if (more <= 0) continue;
    bucket.capacity += more;
    shift(bucket, more);
  }
}

/**
 * A call was refused and nothing says by what. The first time that shows what the stated buckets hold, and says nothing
 * against their rates: they alone are answered. Empty when it must be something else.
 */
export function proveStated(state: SlotState, lease: Lease, nowMs: number): Bucket[] {
  const shown: Bucket[] = [];
  for (const [name, bucket] of Object.entries(state.buckets)) {
    const cost = lease.cost[bucket.unit];
    if (bucket.source !== 'stated' || cost <= 0 || isTold(state, bucket)) continue;
    if (bucket.provenMs === undefined) {
      bucket.provenMs = nowMs;
      const left = (lease.levels[name] ?? 0) + bucket.shift + cost;
      bucket.capacity = Math.max(1, cost, bucket.capacity - Math.max(0, left));
      shown.push(bucket);
    } else if (lease.startedMs <= bucket.provenMs) shown.push(bucket);
  }
  return shown;
}

// Whether headers or words tell more of what the stated bucket counts.
function isTold(state: SlotState, { unit }: Bucket): boolean {
  return Object.values(state.buckets).some((other) => other.unit === unit && other.source === 'limit');
}
