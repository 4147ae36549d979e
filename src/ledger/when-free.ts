import type { Clock } from '../clock.ts';
import { isBusy } from './faults.ts';

const firstWaitMs = 2;
const longestWaitMs = 250;

/**
 * Runs `task`, again after a jittered sleep while another process holds the lock it needs, so that
 * waiting never blocks the event loop. `task` must leave nothing behind when it throws.
 * After `patienceMs` the database's own error is thrown.
 */
export async function whenFree<T>(clock: Clock, task: () => T, patienceMs = 30_000): Promise<T> {
  const untilMs = clock.monotonicMs() + patienceMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return task();
    } catch (error) {
      if (!isBusy(error) || clock.monotonicMs() >= untilMs) throw error;
    }
    await clock.sleep(waitMs * (0.5 + Math.random()));
  }
}
