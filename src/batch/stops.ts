import type { StopReason } from '../report/events.ts';

/** Whether the run should begin nothing new (`drain`), and why; the first reason stays. */
export interface Stops {
  readonly drain: AbortSignal;
  reason(): StopReason | undefined;
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
  let killed = false;
  let failure: unknown;
  let first: StopReason | undefined;
  return {
    drain: controller.signal,
    reason: () => first,
    stop(reason) {
      first ??= reason;
      controller.abort();
    },
    kill() {
      killed = true;
    },
    killed: () => killed,
    fail(error) {
      failure ??= error;
      controller.abort();
    },
    error: () => failure,
  };
}
