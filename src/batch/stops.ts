import type { StopReason } from '../report/events.ts';

/** Whether the run should begin nothing new (`drain`), and why. */
export interface Stops {
  readonly drain: AbortSignal;
  /** In the order they came up; the first one ended the run. */
  reasons(): readonly StopReason[];
  stop(reason: StopReason): void;
  /** Stop now: what is in work is given up, not failed. */
  kill(): void;
  killed(): boolean;
  /** Aborted by `kill`: ends calls under way. */
  readonly now: AbortSignal;
  /** Ends the run with an error of its own, after the work under way. */
  fail(error: unknown): void;
  error(): unknown;
}

export function createStops(): Stops {
  const controller = new AbortController();
  const reasons = new Set<StopReason>();
  const now = new AbortController();
  let failure: unknown;
  return {
    drain: controller.signal,
    reasons: () => [...reasons],
    stop(reason) {
      reasons.add(reason);
      controller.abort();
    },
    kill() {
      controller.abort();
      now.abort();
    },
    killed: () => now.signal.aborted,
    now: now.signal,
    fail(error) {
      failure ??= error;
      controller.abort();
    },
    error: () => failure,
  };
}
