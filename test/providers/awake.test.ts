import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awakeTimeout } from '../../src/providers/awake.ts';

// The clock and the timers apart: a process that stands still finds the first ahead of the second.
let nowMs = 0;
const pass = (ms: number, ticks = ms) => {
  nowMs += ms - ticks;
  for (let step = 0; step < ticks; step += 10) {
    nowMs += 10;
    vi.advanceTimersByTime(10);
  }
};

describe('a time-out of a process that may stand still', () => {
  beforeEach(() => {
    nowMs = 0;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('aborts once the time has passed', () => {
    const { signal } = awakeTimeout(1000, () => nowMs);
    pass(900);
    expect(signal.aborted).toBe(false);
    pass(200);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('does not count what passed while the process stood still', () => {
    const { signal } = awakeTimeout(1000, () => nowMs);
    pass(500);
    pass(3_600_000, 50);
    expect(signal.aborted).toBe(false);
    pass(300);
    expect(signal.aborted).toBe(false);
    pass(300);
    expect(signal.aborted).toBe(true);
  });

  it('leaves a turn to an answer that came meanwhile, even at the very end', () => {
    const { signal } = awakeTimeout(1000, () => nowMs);
    pass(950);
    pass(3_600_000, 50);
    expect(signal.aborted).toBe(false);
    pass(50);
    expect(signal.aborted).toBe(true);
  });

  it('is over when it is ended', () => {
    const { signal, end } = awakeTimeout(1000, () => nowMs);
    end();
    pass(5000);
    expect(signal.aborted).toBe(false);
  });
});
