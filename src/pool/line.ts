// One slot as this process sees it: asks the shared book, and remembers what it said until it is worth asking again.
import type { Clock } from '../clock.ts';
import { systemCode } from '../errors.ts';
import type { SlotBook } from './book.ts';
import type { CallCost, SlotFacts, StatedLimits } from './contract.ts';
import { type Earliest, earliestStart, startsWithin, takeStart } from './earliest-start.ts';
import { type Answer, observe } from './observe.ts';
import { leaseMs, openState, type SlotState } from './slot-state.ts';

export interface Line {
  readonly slot: SlotFacts;
  /** When asking for a start is worth it; monotonic. */
  askAtMs(): number;
  /** When the service lets calls through again; in the past when it does. */
  opensAtMs(): number;
  /** When the next call may start as far as is known, by the word of the service or by pace; monotonic. */
  startsAtMs(): number;
  /** Whether that is nobody's word but measured here. */
  isGuessed(): boolean;
  /** When a call here, of any process, was last seen to have passed; monotonic. */
  passedAtMs(): number;
  /** When the first of the calls in flight here began that began after `sinceMs`; infinite where none did. */
  triedAtMs(sinceMs: number): number;
  /** Calls of this process in flight here, and started here in all. */
  inFlight(): number;
  started(): number;
  /** Takes a start now and answers the id of its lease; undefined when it must wait. */
  start(cost: CallCost): Promise<string | undefined>;
  finish(id: string, cost: CallCost, answer: Answer): Promise<void>;
  /** Keeps the places of the calls in flight. */
  renew(): Promise<void>;
  /** How many calls may start here soon. */
  startsWithin(cost: CallCost, horizonMs: number): number;
}

export interface LineParts {
  readonly book: SlotBook;
  readonly clock: Clock;
  readonly isRunning?: (pid: number) => boolean;
}

// How often it is asked whether another process gave a place back, the more often the fewer of our own will tell.
const pollMs = 100;
const calmPollMs = 250;
// Others may have learnt better meanwhile.
const longestPaceMs = 5000;
const never = Number.NEGATIVE_INFINITY;

export function createLine(slot: SlotFacts, stated: StatedLimits, parts: LineParts): Line {
  const { book, clock, isRunning = isRunningHere } = parts;
  const ids = new Set<string>();
  const prefix = `${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
  let [count, isGuessed] = [0, false];
  let [askAtMs, opensAtMs, startsAtMs] = [never, never, never];
  let seen: { readonly state: SlotState; readonly offsetMs: number } | undefined;

  async function inBook<Result>(
    cost: CallCost,
    change: (state: SlotState, nowMs: number) => Result,
  ): Promise<Result> {
    const { result, state, nowMs, next } = await book.update<SlotState, Seen<Result>>(
      slot.id,
      (stored, nowMs) => {
        const state = openState(stored, stated, nowMs);
        // What a process that died had under way would hold its places until they expire.
        if (seen === undefined) state.leases = state.leases.filter(({ id }) => isRunning(processOf(id)));
        const result = change(state, nowMs);
        return { state, result: { result, state, nowMs, next: earliestStart(state, cost, nowMs) } };
      },
    );
    const here = clock.monotonicMs();
    seen = { state, offsetMs: nowMs - here };
    opensAtMs = state.closedUntilMs - nowMs + here;
    startsAtMs = next.why === 'places' ? never : here + next.waitMs;
    isGuessed = next.why === 'guess';
    askAtMs = here + untilAsking(next, ids.size);
    return result;
  }

  return {
    slot,
    askAtMs: () => askAtMs,
    opensAtMs: () => opensAtMs,
    startsAtMs: () => startsAtMs,
    isGuessed: () => isGuessed,
    passedAtMs: () => (seen?.state.passedAtMs ?? never) - (seen?.offsetMs ?? 0),
    triedAtMs(sinceMs) {
      const { state, offsetMs } = seen ?? { state: undefined, offsetMs: 0 };
      const startsMs = state?.leases.map(({ startedMs }) => startedMs - offsetMs) ?? [];
      return Math.min(...startsMs.filter((atMs) => atMs > sinceMs));
    },
    inFlight: () => ids.size,
    started: () => count,
    async start(cost) {
      const id = `${prefix}-${count}`;
      const isStarted = await inBook(cost, (state, nowMs) => {
        if (earliestStart(state, cost, nowMs).why !== 'now') return false;
        takeStart(state, id, cost, nowMs);
        return true;
      });
      if (!isStarted) return undefined;
      ids.add(id);
      count += 1;
      return id;
    },
    async finish(id, cost, answer) {
      ids.delete(id);
      await inBook(cost, (state, nowMs) => observe(state, id, answer, nowMs));
    },
    renew() {
      return inBook({ requests: 1, images: 1, tokens: 0 }, (state, nowMs) => {
        for (const lease of state.leases) if (ids.has(lease.id)) lease.expiresMs = nowMs + leaseMs;
      });
    },
    startsWithin(cost, horizonMs) {
      const state = seen?.state ?? openState(undefined, stated, 0);
      return startsWithin(
        state,
        cost,
        horizonMs,
        seen === undefined ? 0 : clock.monotonicMs() + seen.offsetMs,
      );
    },
  };
}

// The id of a lease begins with its process.
function processOf(leaseId: string): number {
  return Number.parseInt(leaseId, 10);
}

function isRunningHere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be asked, but is there.
    return systemCode(error) !== 'ESRCH';
  }
}

/** The slot that may be asked first; of those that may be asked now, the one furthest behind its share. */
export function firstOf(lines: readonly Line[], nowMs: number): Line | undefined {
  const rank = (line: Line) => Math.max(line.askAtMs(), nowMs);
  const share = (line: Line) => line.started() / line.slot.weight;
  return [...lines].sort((one, other) => rank(one) - rank(other) || share(one) - share(other))[0];
}

interface Seen<Result> {
  readonly result: Result;
  readonly state: SlotState;
  readonly nowMs: number;
  readonly next: Earliest;
}

function untilAsking({ why, waitMs }: Earliest, own: number): number {
  if (why === 'places') return own === 0 ? pollMs : calmPollMs;
  return why === 'pace' || why === 'guess' ? Math.min(waitMs, longestPaceMs) : waitMs;
}
