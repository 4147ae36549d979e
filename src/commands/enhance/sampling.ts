import type { Stops } from '../../batch/stops.ts';
import type { BatchEvent } from '../../report/events.ts';

export interface SampleResult {
  /** Pictures of the sample that were paid for now, and what they came to. */
  readonly bought: number;
  readonly microusd: number;
  /** How long a picture took on average. */
  readonly seconds: number;
}

/** A sample while it is made. */
export interface Sampling {
  readonly paths: ReadonlySet<string>;
  watch(event: BatchEvent): void;
  /** One of it waits for another process, which is not waited for. */
  putOff(): void;
  /** Resolves when all of it has ended in some way, or the run stops. */
  made(): Promise<SampleResult>;
}

const endings: ReadonlySet<BatchEvent['type']> = new Set(['done', 'failed', 'skipped']);

export function startSampling(paths: readonly string[], stops: Stops): Sampling {
  let [ended, bought, microusd, ms] = [0, 0, 0, 0];
  let resolve: () => void = () => {};
  const all = new Promise<void>((done) => {
    resolve = done;
  });
  stops.drain.addEventListener('abort', () => resolve());
  function end(): void {
    ended += 1;
    if (ended >= paths.length) resolve();
  }
  return {
    paths: new Set(paths),
    watch(event) {
      if (!endings.has(event.type)) return;
      if (event.type === 'done') {
        ms += event.ms;
        if (event.cost?.reused === false) {
          bought += 1;
          microusd += event.cost.microusd ?? 0;
        }
      }
      end();
    },
    putOff: end,
    async made() {
      await all;
      return { bought, microusd, seconds: ms / Math.max(1, ended) / 1000 };
    },
  };
}
