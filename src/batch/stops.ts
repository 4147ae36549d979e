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
  /** Ends the run with an error of its own, after the work under way. */
  fail(error: unknown): void;
  error(): unknown;
}

export function createStops(): Stops {
  const controller = new AbortController();
  const reasons = new Set<StopReason>();
  let killed = false;
  let failure: unknown;
  return {
    drain: controller.signal,
    reasons: () => [...reasons],
    stop(reason) {
      reasons.add(reason);
      controller.abort();
    },
    kill() {
      killed = true;
      controller.abort();
    },
    killed: () => killed,
    fail(error) {
      failure ??= error;
      controller.abort();
    },
    error: () => failure,
  };
}
