// Deadlines that come when a test says so: what a time-out does is shown at the moment it is meant for, on any machine.
import { onTestFinished, vi } from 'vitest';

/** Until the test is over, signals of `AbortSignal.timeout` wait for `come`, which aborts all there are. */
export function heldDeadlines(): { come(): void } {
  const held = new Set<AbortController>();
  const asked = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const controller = new AbortController();
    held.add(controller);
    return controller.signal;
  });
  onTestFinished(() => asked.mockRestore());
  const reason = () => new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  return {
    come() {
      for (const controller of held) controller.abort(reason());
    },
  };
}
