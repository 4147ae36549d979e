import type { Clock } from '../clock.ts';
import { createAlarm } from './alarm.ts';
import type { CallCost } from './contract.ts';

/** Lets no more pictures be made ready than will start soon. */
export interface Readiness {
  /** Resolves with what hands the permission back. */
  ready(signal: AbortSignal): Promise<() => void>;
  /** A job came; one that was let begin, as a rule. */
  arrived(cost: CallCost): void;
  /** Looks again who may begin. */
  look(): void;
}

interface Surroundings {
  /** How many calls may start within that time. */
  horizon(cost: CallCost, ms: number): number;
  /** Jobs that wait for a start. */
  waiting(): number;
  /** Why nothing will start any more. */
  closed(): unknown;
}

const soonMs = 2000;
const lookMs = 250;
// A picture that was let begin and has not come by then was skipped or is slow; it is not waited for.
const patienceMs = 10_000;

export function createReadiness(clock: Clock, { horizon, waiting, closed }: Surroundings): Readiness {
  const asking: {
    readonly resolve: (giveBack: () => void) => void;
    readonly reject: (reason: unknown) => void;
  }[] = [];
  let begun: { readonly atMs: number }[] = [];
  let cost: CallCost = { requests: 1, images: 1, tokens: 0 };
  const alarm = createAlarm(clock, look);

  function look(): void {
    const nowMs = clock.monotonicMs();
    begun = begun.filter(({ atMs }) => atMs > nowMs - patienceMs);
    const end = closed();
    if (end !== undefined) for (const { reject } of asking.splice(0)) reject(end);
    while (asking.length > 0 && waiting() + begun.length < Math.max(1, horizon(cost, soonMs))) {
      const one = { atMs: nowMs };
      begun.push(one);
      asking.shift()?.resolve(() => giveBack(one));
    }
    alarm.set(asking.length === 0 ? undefined : nowMs + lookMs);
  }

  // A job that came took the oldest permission, whosever it was: then the oldest that is left stands for this one.
  function giveBack(one: { atMs: number }): void {
    if (one.atMs <= clock.monotonicMs() - patienceMs) return;
    one.atMs = Number.NEGATIVE_INFINITY;
    begun.splice(Math.max(0, begun.indexOf(one)), 1);
    look();
  }

  return {
    look,
    arrived(given) {
      cost = given;
      begun.shift();
    },
    ready(signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const settle = () => signal.removeEventListener('abort', stop);
        const one = {
          resolve: (giveBack: () => void) => {
            settle();
            resolve(giveBack);
          },
          reject: (reason: unknown) => {
            settle();
            reject(reason);
          },
        };
        const stop = () => {
          const place = asking.indexOf(one);
          if (place >= 0) asking.splice(place, 1);
          one.reject(signal.reason);
        };
        signal.addEventListener('abort', stop);
        asking.push(one);
        look();
      });
    },
  };
}
