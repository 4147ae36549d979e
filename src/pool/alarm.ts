import type { Clock } from '../clock.ts';

/** Rings once at a time, which may be changed until then. */
export interface Alarm {
  /** `atMs` on the clock's monotonic scale; undefined puts it off for good. */
  set(atMs: number | undefined): void;
}

export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let current: { readonly atMs: number; readonly stop: AbortController } | undefined;
  return {
    set(atMs) {
      if (current?.atMs === atMs) return;
      current?.stop.abort();
      current = undefined;
      if (atMs === undefined) return;
      const stop = new AbortController();
      current = { atMs, stop };
      const waitMs = Math.max(0, atMs - clock.monotonicMs());
      clock.sleep(waitMs, stop.signal).then(
        () => {
          current = undefined;
          ring();
        },
        (error) => {
          // Being put off is the only way a sleep ends early.
          if (error !== stop.signal.reason) throw error;
        },
      );
    },
  };
}
