/** Time as the program sees it; tests hand in a fake. */
export interface Clock {
  /** Wall clock in milliseconds since 1970, for what people read. */
  now(): number;
  /** Monotonic clock in milliseconds, for all waiting and measuring: a changed wall clock does not move it. */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

// Node's timers hold 31 bits: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      let left = ms;
      let timer: NodeJS.Timeout;
      const wait = () => {
        if (left <= 0) {
          signal?.removeEventListener('abort', stop);
          return resolve();
        }
        const slice = Math.min(left, longestTimerMs);
        left -= slice;
        timer = setTimeout(wait, slice);
      };
      signal?.addEventListener('abort', stop, { once: true });
      wait();
    });
  },
};
