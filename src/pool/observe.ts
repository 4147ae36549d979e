import type { AttemptOutcome } from './contract.ts';
import { isExploring, mostWindow, placesOf } from './earliest-start.ts';
import { giveBack, learnLevels, learnRefusal, unnamed } from './learn.ts';
import { type LimitReading, readLimits } from './read-limits.ts';
import { firstWindow, type SlotState } from './slot-state.ts';
import { widenStated } from './stated-burst.ts';

/** What an attempt teaches. `unknown`: it ended without a word of the service. */
export interface Answer {
  readonly kind: 'passed' | 'rate' | 'broken' | 'trouble' | 'unknown';
  readonly limits: LimitReading;
}

/** Reads an outcome; `wallMs` is milliseconds since 1970. */
export function readAnswer(outcome: AttemptOutcome, wallMs: number): Answer {
  if (outcome.ok) return { kind: 'passed', limits: readLimits(outcome.result.headers, undefined, wallMs) };
  const { error } = outcome;
  const isWait = error.kind === 'rate' || error.kind === 'busy';
  const limits = readLimits(error.headers, isWait ? error.message : undefined, wallMs);
  if (error.kind === 'rate') return { kind: 'rate', limits };
  if (error.uploadBroken) return { kind: 'broken', limits };
  if (error.kind === 'busy' || error.kind === 'network') return { kind: 'trouble', limits };
  return { kind: 'unknown', limits };
}

/** Ends the lease `id` of an opened state, with what its answer teaches; a lease that has expired teaches nothing. */
export function observe(state: SlotState, id: string, answer: Answer, nowMs: number): void {
  const { kind, limits } = answer;
  if (limits.waitMs !== undefined) state.closedUntilMs = Math.max(state.closedUntilMs, nowMs + limits.waitMs);
  const lease = state.leases.find((one) => one.id === id);
  if (lease === undefined) return;
  state.leases = state.leases.filter((one) => one !== lease);
  if (kind === 'passed') {
    const tookMs = nowMs - lease.startedMs;
    state.latencyMs = state.latencyMs === undefined ? tookMs : state.latencyMs * 0.8 + tookMs * 0.2;
    state.passed += 1;
    state.passedAtMs = nowMs;
    widenStated(state, lease);
    state.window = Math.min(mostWindow(state), state.window + gain(state));
  }
  if (kind === 'rate' || (kind === 'broken' && isTelling(state))) {
    giveBack(state, lease);
    learnLevels(state, lease, limits, true, nowMs);
    learnRefusal(state, lease, limits, nowMs);
  } else learnLevels(state, lease, limits, false, nowMs);
  // A refusal by a limit that is known is no reason for fewer in flight.
  const isCrowded =
    kind === 'rate' ? state.buckets[unnamed]?.calm === 0 : kind === 'broken' || kind === 'trouble';
  if (isCrowded && lease.startedMs >= (state.cutMs ?? 0)) {
    state.window = Math.max(
      kind === 'trouble' ? 1 : 2,
      Math.min(placesOf(state), state.leases.length + 1) / 2,
    );
    state.cutMs = nowMs;
  }
}

// A broken upload may hide a refusal. It counts as one while nothing better is known, but not again and again.
function isTelling(state: SlotState): boolean {
  const bucket = state.buckets[unnamed];
  return isExploring(state) || (bucket !== undefined && bucket.calm >= 5);
}

// Until a usual burst has gone through, more in flight would only mean more refusals when it is used up.
function gain(state: SlotState): number {
  const { passed, latencyMs, window } = state;
  if (window < firstWindow || !isExploring(state)) return 1;
  if (passed >= 40) return window < 32 ? 1 : 0.25;
  return passed >= 8 && latencyMs !== undefined && latencyMs > 4000 ? 0.5 : 0;
}
