import type { EnhanceResult } from '../providers/enhance.ts';
import type { PoolJob } from './contract.ts';
import type { Tries } from './judge.ts';

/** A job that waits for a start, for its first or another one. */
export interface Waiter {
  readonly job: PoolJob;
  readonly signal: AbortSignal;
  readonly resolve: (result: EnhanceResult) => void;
  readonly reject: (reason: unknown) => void;
  tries: Tries;
  /** On the monotonic clock; what it slept is not held against those behind it. */
  notBeforeMs: number;
  /** When the first attempt of it began that was refused for being too fast. */
  refusedSinceMs: number | undefined;
}

/** Those who wait, in the order they first came, also after a failed attempt. */
export interface Queue {
  size(): number;
  /** Makes a waiter of a job and puts it last. One whose signal aborts leaves, rejected, and `left` is called. */
  join(job: PoolJob, signal: AbortSignal, left: () => void): Promise<EnhanceResult>;
  /** Puts one that was taken out into its old place; rejects it where its signal has aborted. */
  rejoin(waiter: Waiter): void;
  /** The first that may start now. */
  first(nowMs: number): Waiter | undefined;
  /** When the next may start; Infinity where nobody waits. */
  nextMs(): number;
  /** Takes one out; false where it has left meanwhile. */
  take(waiter: Waiter): boolean;
  rejectAll(reason: unknown): void;
}

export function createQueue(): Queue {
  const waiting: Waiter[] = [];
  const orders = new Map<Waiter, number>();
  let came = 0;

  function take(waiter: Waiter): boolean {
    const place = waiting.indexOf(waiter);
    if (place >= 0) waiting.splice(place, 1);
    return place >= 0;
  }

  function rejoin(waiter: Waiter): void {
    if (waiter.signal.aborted) {
      waiter.reject(waiter.signal.reason);
      return;
    }
    const order = orders.get(waiter) ?? 0;
    const place = waiting.findIndex((other) => (orders.get(other) ?? 0) > order);
    waiting.splice(place < 0 ? waiting.length : place, 0, waiter);
  }

  return {
    size: () => waiting.length,
    join(job, signal, left) {
      return new Promise<EnhanceResult>((resolve, reject) => {
        const done = (settle: () => void) => {
          signal.removeEventListener('abort', stop);
          orders.delete(waiter);
          settle();
        };
        const waiter: Waiter = {
          job,
          signal,
          resolve: (result) => done(() => resolve(result)),
          reject: (reason) => done(() => reject(reason)),
          tries: { rate: 0, trouble: 0, broken: 0 },
          notBeforeMs: 0,
          refusedSinceMs: undefined,
        };
        const stop = () => {
          if (!take(waiter)) return;
          waiter.reject(signal.reason);
          left();
        };
        signal.addEventListener('abort', stop);
        orders.set(waiter, came++);
        rejoin(waiter);
      });
    },
    rejoin,
    first: (nowMs) => waiting.find(({ notBeforeMs }) => notBeforeMs <= nowMs),
    nextMs: () => Math.min(...waiting.map(({ notBeforeMs }) => notBeforeMs)),
    take,
    rejectAll(reason) {
      for (const { reject } of waiting.splice(0)) reject(reason);
    },
  };
}
