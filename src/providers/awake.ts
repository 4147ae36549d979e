// A time-out that counts only while this process runs.

export interface AwakeTimeout {
  readonly signal: AbortSignal;
  /** Stops the clock; the signal stays as it is. */
  end(): void;
}

/**
 * Aborts with a TimeoutError after `ms`. What passes while the process stands still (Ctrl-Z, a machine that sleeps) does
 * not count, and the first turn after it never aborts: an answer that came meanwhile is read, not thrown away.
 */
export function awakeTimeout(ms: number, nowMs: () => number = () => performance.now()): AwakeTimeout {
  const controller = new AbortController();
  const tickMs = Math.min(1000, Math.max(1, ms / 20));
  let leftMs = ms;
  let lastMs = nowMs();
  let wasSpared = false;
  const timer = setInterval(() => {
    const now = nowMs();
    const isLate = now - lastMs > 2 * tickMs;
    leftMs -= Math.min(now - lastMs, 2 * tickMs);
    lastMs = now;
    if (leftMs > 0) return;
    if (isLate && !wasSpared) {
      wasSpared = true;
      return;
    }
    clearInterval(timer);
    controller.abort(new DOMException('no answer in time', 'TimeoutError'));
  }, tickMs);
  timer.unref();
  return { signal: controller.signal, end: () => clearInterval(timer) };
}
