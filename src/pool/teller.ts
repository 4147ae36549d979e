import type { Clock } from '../clock.ts';
import type { PoolEvents } from './contract.ts';

/** Tells how long a key waits, at most once a minute each; a long wait is told although a short one just was. */
export interface Teller {
  wait(keyName: string, waitMs: number, why: string): void;
  /** A wait that the pace asks for: told where it is long. */
  pace(keyName: string, waitMs: number, why: string | undefined): void;
}

const longWaitMs = 20_000;
const onceMs = 60_000;

export function createTeller(clock: Clock, events: PoolEvents | undefined): Teller {
  const told = new Map<string, { readonly atMs: number; readonly isLong: boolean }>();
  const teller: Teller = {
    wait(keyName, waitMs, why) {
      const [atMs, isLong] = [clock.monotonicMs(), waitMs > longWaitMs];
      const last = told.get(keyName);
      if (last && atMs - last.atMs < onceMs && (last.isLong || !isLong)) return;
      told.set(keyName, { atMs, isLong });
      events?.notice({ kind: 'waiting', keyName, waitMs, why });
    },
    pace(keyName, waitMs, why = 'the limits of the key') {
      if (waitMs > longWaitMs) teller.wait(keyName, waitMs, why);
    },
  };
  return teller;
}
