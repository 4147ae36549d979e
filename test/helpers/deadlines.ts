// Deadlines that come when a test says so: what a time-out does is shown at the moment it is meant for, on any machine.
import { onTestFinished, vi } from 'vitest';

/**
 * Until the test is over, signals of `AbortSignal.timeout`, and time-outs that look at the clock in intervals, wait for
 * `come`, which ends all there are.
 */
export function heldDeadlines(): { come(): void } {
  const held = new Set<AbortController>();
  const asked = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const controller = new AbortController();
    held.add(controller);
    return controller.signal;
  });
  const looks = new Map<() => void, number>();
  const never = setInterval(() => {}, 2 ** 31 - 1);
  const every = vi.spyOn(globalThis, 'setInterval').mockImplementation((look: () => void, ms = 1) => {
    looks.set(look, ms);
    return never;
  });
  onTestFinished(() => {
    asked.mockRestore();
    every.mockRestore();
    clearInterval(never);
  });
  const reason = () => new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  return {
    come() {
      for (const controller of held) controller.abort(reason());
      for (const [look, ms] of looks) passAll(look, ms);
    },
  };
}

// More looks than any time-out has, each as long after the last one as it is meant to be.
function passAll(look: () => void, ms: number): void {
  let nowMs = performance.now();
  const now = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  for (let count = 0; count < 400; count += 1) {
    nowMs += ms;
    look();
  }
  now.mockRestore();
}
