// Time for simulations: stands still until every promise has run dry, then jumps to the next timer.
import type { Clock } from '../../../src/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly ring: () => void;
}

export interface EventClock extends Clock {
  /** Runs until `work` has settled; throws when nothing is left to happen before that. */
  run<Result>(work: Promise<Result>): Promise<Result>;
}

export function eventClock(): EventClock {
  const timers = new Set<Timer>();
  let [nowMs, orders] = [0, 0];
  return {
    now: () => 1_795_000_000_000 + Math.floor(nowMs),
    monotonicMs: () => nowMs,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const stop = () => {
          timers.delete(timer);
          reject(signal?.reason);
        };
        const ring = () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        };
        const timer = { atMs: nowMs + Math.max(0, ms), order: orders++, ring };
        timers.add(timer);
        signal?.addEventListener('abort', stop, { once: true });
      });
    },
    async run(work) {
      let isOver = false;
      const over = () => {
        isOver = true;
      };
      work.then(over, over);
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (isOver) return work;
        let next: Timer | undefined;
        for (const timer of timers) {
          if (!next || timer.atMs < next.atMs || (timer.atMs === next.atMs && timer.order < next.order))
            next = timer;
        }
        if (next === undefined) throw new Error('nothing is left to happen');
        timers.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.ring();
      }
    },
  };
}

/** Mulberry32: a small seeded source of numbers from 0 up to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
