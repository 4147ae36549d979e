import type { Clock } from '../../src/clock.ts';

export interface FakeClock extends Clock {
  /** Moves both clocks on. */
  advance(ms: number): void;
  readonly sleeps: readonly number[];
}

/** A clock that stands still until it is moved; a sleep moves it and is over at once. */
export function fakeClock(startMs = Date.UTC(2026, 10, 21, 4, 12)): FakeClock {
  let passedMs = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => startMs + Math.floor(passedMs),
    monotonicMs: () => passedMs,
    advance(ms) {
      passedMs += ms;
    },
    async sleep(ms) {
      sleeps.push(ms);
      passedMs += ms;
    },
  };
}
