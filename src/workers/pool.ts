import pLimit from 'p-limit';
import { ItemError } from '../errors.ts';
import { startWorker, type Worker } from './worker.ts';

export interface WorkerPool {
  /** Runs `job` with a worker of its own, at most `size` at once; the rest wait in order. */
  use<Result>(job: (worker: Worker) => Promise<Result>): Promise<Result>;
  /** Starts one worker ahead of the first picture. */
  warm(): void;
  /** Ends all workers at once; calls under way are rejected. */
  close(): void;
}

export interface PoolOptions {
  readonly module: URL;
  readonly env: Readonly<Record<string, string>>;
  readonly size: number;
  /** A worker that holds more than this when its picture is done is replaced: allocators rarely give memory back. */
  readonly recycleBytes: number;
}

/** A pool of worker processes, started when first needed and replaced when they die. */
export function createWorkerPool({ module, env, size, recycleBytes }: PoolOptions): WorkerPool {
  const limit = pLimit(size);
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let closed = false;

  function take(): Worker {
    if (closed) throw new Error('the worker pool is closed');
    for (let worker = idle.pop(); worker !== undefined; worker = idle.pop()) {
      if (worker.alive()) return worker;
      all.delete(worker);
    }
    return start();
  }

  function start(): Worker {
    const worker = startWorker(module, env);
    all.add(worker);
    return worker;
  }

  function giveBack(worker: Worker): void {
    if (worker.alive() && worker.residentBytes() <= recycleBytes && !closed) {
      idle.push(worker);
      return;
    }
    worker.kill();
    all.delete(worker);
  }

  return {
    use: (job) =>
      limit(async () => {
        const worker = take();
        try {
          return await job(worker);
        } finally {
          giveBack(worker);
        }
      }),
    warm() {
      if (idle.length > 0 || all.size >= size) return;
      try {
        idle.push(start());
      } catch (error) {
        // The first picture tries again, and fails by that if it must.
        if (!(error instanceof ItemError)) throw error;
      }
    },
    close() {
      closed = true;
      for (const worker of all) worker.kill();
      all.clear();
      idle.length = 0;
    },
  };
}
