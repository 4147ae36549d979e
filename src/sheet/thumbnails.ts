// Small pictures for a sheet, made in worker processes: what cannot be decoded has none and harms nothing else.
import { stat } from 'node:fs/promises';
import { ItemError, systemCode } from '../errors.ts';
import type { MemoryBudget } from '../workers/budget.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { ThumbnailTask, WeighTask } from '../workers/tasks.ts';
import type { Worker } from '../workers/worker.ts';

export interface ThumbnailSize {
  /** The longer side in pixels, and the quality of WebP. */
  readonly edge: number;
  readonly quality: number;
}

/** How many pictures of a sheet have thumbnails: a page that no browser can hold is of no use. */
export const mostThumbnails = 12_000;

/** The more pictures there are, the smaller they are shown, so that the page stays below some 100 MB. */
export function sizeFor(pictures: number): ThumbnailSize {
  if (pictures <= 800) return { edge: 320, quality: 72 };
  return pictures <= 4_000 ? { edge: 256, quality: 60 } : { edge: 160, quality: 55 };
}

export interface Thumbnailer {
  /** The bytes of a small WebP; undefined for what cannot be decoded, and once all is to end. */
  make(path: string, size: ThumbnailSize): Promise<Uint8Array | undefined>;
}

// Files that runs take by default are smaller; results may be sixteen times as large as their sources.
const maxBytes = 2 ** 31;
const limits = { maxPixels: 1_600_000_000, svg: true };
const deadlineMs = 60_000;

export function createThumbnailer(pool: WorkerPool, budget: MemoryBudget, ended: AbortSignal): Thumbnailer {
  async function makeIn(worker: Worker, path: string, size: ThumbnailSize): Promise<Uint8Array> {
    const read = await budget.acquire((await stat(path)).size);
    const weighed = (await worker
      .call('weigh', { path, maxBytes, limits } satisfies WeighTask['args'], deadlineMs)
      .finally(read.release)) as WeighTask['value'];
    const share = await budget.acquire(weighed.memoryBytes);
    try {
      const args: ThumbnailTask['args'] = { path, maxBytes, limits, ...size };
      return ((await worker.call('thumbnail', args, deadlineMs)) as ThumbnailTask['value']).bytes;
    } finally {
      share.release();
    }
  }

  return {
    make: (path, size) =>
      pool.use(async (worker) => {
        if (ended.aborted) return undefined;
        try {
          return await makeIn(worker, path, size);
        } catch (error) {
          // Its page says that it cannot be shown; why, the run has said of those that failed.
          if (error instanceof ItemError || systemCode(error) !== undefined) return undefined;
          throw error;
        }
      }),
  };
}
