import { availableParallelism, totalmem } from 'node:os';
import { ItemError } from '../errors.ts';

/** Hands out shares of a fixed number of bytes, first come first served. */
export interface MemoryBudget {
  /** Waits until `bytes` are free. Throws ItemError `needs-memory` for what can never fit. */
  acquire(bytes: number): Promise<Share>;
}

export interface Share {
  /** Makes the share `bytes` large, if that much is free now. Throws ItemError `needs-memory` for what can never fit. */
  grow(bytes: number): boolean;
  release(): void;
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

  function share(held: number): Share {
    return {
      grow(bytes) {
        refuse(bytes);
        if (bytes - held > free || (bytes > held && queue.length > 0)) return false;
        free -= Math.max(0, bytes - held);
        held = Math.max(held, bytes);
        return true;
      },
      release() {
        free += held;
        held = 0;
        admitWaiting();
      },
    };
  }

  function refuse(bytes: number): void {
    if (bytes <= totalBytes) return;
    throw new ItemError(
      'needs-memory',
      `needs about ${megabytes(bytes)} of memory, the budget is ${megabytes(totalBytes)}`,
      { hint: 'raise it with --max-memory, or make the picture smaller first' },
    );
  }

  return {
    async acquire(bytes) {
      refuse(bytes);
      await new Promise<void>((admit) => {
        queue.push({ bytes, admit });
        admitWaiting();
      });
      return share(bytes);
    },
  };
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
