import { availableParallelism, totalmem } from 'node:os';
import { ItemError } from '../errors.ts';

/** Hands out shares of a fixed number of bytes, first come first served. */
export interface MemoryBudget {
  readonly totalBytes: number;
  /** Waits until `bytes` are free; the returned function gives them back. Throws ItemError `needs-memory`. */
  acquire(bytes: number, signal?: AbortSignal): Promise<() => void>;
}

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/** A budget of `totalBytes`. A picture that alone needs more is refused at once, since waiting would never end. */
export function createMemoryBudget(totalBytes: number): MemoryBudget {
  let free = totalBytes;
  const queue: Waiting[] = [];

  function admitWaiting() {
    for (let first = queue[0]; first !== undefined && first.bytes <= free; first = queue[0]) {
      queue.shift();
      free -= first.bytes;
      first.admit();
    }
  }

  function give(bytes: number): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      free += bytes;
      admitWaiting();
    };
  }

  async function acquire(bytes: number, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (bytes > totalBytes) {
      throw new ItemError(
        'needs-memory',
        `needs about ${megabytes(bytes)} of memory, the budget is ${megabytes(totalBytes)}`,
        { hint: 'raise it with --max-memory, or make the picture smaller first' },
      );
    }
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = { bytes, admit: finish };
      function finish() {
        signal?.removeEventListener('abort', leave);
        resolve();
      }
      function leave() {
        queue.splice(queue.indexOf(waiting), 1);
        admitWaiting();
        reject(signal?.reason);
      }
      signal?.addEventListener('abort', leave, { once: true });
      queue.push(waiting);
      admitWaiting();
    });
    return give(bytes);
  }

  return { totalBytes, acquire };
}

/**
 * The budget when the user states none, in bytes: a quarter of the memory this process may use (a container's limit
 * counts), at least 1 GiB where that leaves half of the memory to others.
 */
export function defaultMemoryBudget(limit = process.constrainedMemory(), total = totalmem()): number {
  const usable = limit > 0 && limit < total ? limit : total;
  const gibibyte = 2 ** 30;
  return Math.floor(Math.max(usable / 4, Math.min(gibibyte, usable / 2)));
}

/** Pictures worked on at once when the user states no number: one for each processor. */
export function defaultConcurrency(): number {
  return availableParallelism();
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString('en-US')} MiB`;
}
