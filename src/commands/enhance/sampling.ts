import type { Stops } from '../../batch/stops.ts';
import type { Clock } from '../../clock.ts';
import type { BatchEvent } from '../../report/events.ts';

export interface SampleMade {
  readonly bought: number;
  /** Of all that were made. */
  readonly drifted: number;
  readonly seconds: number;
}

/** A sample while it is made. */
export interface Sampling {
  readonly paths: ReadonlySet<string>;
  watch(event: BatchEvent): void;
  /** One of it waits for another process, which is not waited for. */
  putOff(): void;
  /**
   * Resolves when all `taken` pictures have ended in some way, or the run stops: how many were bought, and how long it
   * took.
   */
  made(taken: number): Promise<SampleMade>;
}

const endings: ReadonlySet<BatchEvent['type']> = new Set(['done', 'failed', 'skipped']);

export function startSampling(paths: readonly string[], stops: Stops, clock: Clock): Sampling {
  const { promise, resolve } = Promise.withResolvers<void>();
  const startedMs = clock.monotonicMs();
  let [ended, bought, drifted, awaited] = [0, 0, 0, Number.POSITIVE_INFINITY];
  const look = () => {
    if (ended >= awaited || stops.drain.aborted) resolve();
  };
  const end = () => {
    ended += 1;
    look();
  };
  stops.drain.addEventListener('abort', look);
  return {
    paths: new Set(paths),
    watch(event) {
      if (!endings.has(event.type)) return;
      if (event.type === 'done' || event.type === 'failed') {
        if (event.cost?.reused === false) bought += 1;
        if (event.drift !== undefined && event.drift.reasons.length > 0) drifted += 1;
      }
      end();
    },
    putOff: end,
    async made(taken) {
      awaited = taken;
      look();
      await promise;
      return { bought, drifted, seconds: (clock.monotonicMs() - startedMs) / 1000 };
    },
  };
}
