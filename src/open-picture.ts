// A picture in a worker process, with its share of the memory: what every engine works on.
import { ItemError } from './errors.ts';
import { type EdgesWish, growthOf } from './images/edges.ts';
import type { DecodeLimits, TargetFormat } from './images/facts.ts';
import type { MemoryBudget } from './workers/budget.ts';
import type { ImageTaskByName, Opened } from './workers/tasks.ts';
import type { Worker } from './workers/worker.ts';

export interface OpenOptions {
  readonly limits: DecodeLimits;
  readonly maxFileBytes: number;
  readonly format: 'keep' | TargetFormat;
  /** Whether the result may be transparent where the source is not. */
  readonly transparent?: boolean;
  /** How many times as wide the result will be. */
  readonly scale: number;
  /** What is added to it. */
  readonly expand?: EdgesWish | undefined;
}

export interface Picture {
  readonly opened: Opened;
  /** For a task on the whole picture: a generous bound that only a hostile or endless decode passes. */
  readonly deadlineMs: number;
  /** Asks the worker, once there is room for `memoryBytes` in all. */
  ask<Name extends TaskName>(
    task: Name,
    args: ImageTaskByName[Name]['args'],
    memoryBytes?: number,
    deadlineMs?: number,
  ): Promise<ImageTaskByName[Name]['value']>;
  /** The memory that a look at the whole of another picture file takes, and its pixels, found without decoding it. */
  weigh(path: string): Promise<{ readonly memoryBytes: number; readonly pixels: number }>;
  /** The SHA-256 of another picture file, if the whole of it decodes. */
  check(path: string): Promise<{ readonly sha256: string }>;
  close(): Promise<void>;
}

type TaskName = keyof ImageTaskByName;

const openMs = 60_000;
const largeBytes = 32 * 2 ** 20;

/** Reads a picture: its bytes first, room for all that decoding takes once that is known. Throws ItemError. */
export async function openPicture(
  worker: Worker,
  budget: MemoryBudget,
  { path, size }: { readonly path: string; readonly size: number },
  { limits, maxFileBytes: maxBytes, format: wish, transparent = false, scale, expand }: OpenOptions,
): Promise<Picture> {
  // A film among the photographs is told by its first bytes, without room for the whole of it.
  if (size > largeBytes) await ask(worker, 'glance', { path }, openMs);
  let share = await budget.acquire(Math.min(size, maxBytes));
  const open = () =>
    ask(
      worker,
      'open',
      { path, maxBytes, limits, wish, transparent, scale, ...(expand && { expand }) },
      openMs,
    );
  const opened = await releasingOnFailure(open, () => share.release());
  const deadlineMs = deadlineFor(opened, scale * growthOf(expand, opened.facts));

  // Never waits with a share in hand, or two pictures could wait for one another: it lets go and opens once more.
  async function need(bytes: number): Promise<void> {
    if (share.grow(bytes)) return;
    await ask(worker, 'close', null, openMs);
    share.release();
    share = await budget.acquire(bytes);
    if ((await open()).sha256 !== opened.sha256) {
      throw new ItemError('changed-while-read', 'changed while it waited for memory', { hint: 'run again' });
    }
  }

  const weigh = (other: string) => ask(worker, 'weigh', { path: other, maxBytes, limits }, openMs);

  return {
    opened,
    deadlineMs,
    async ask(task, args, memoryBytes = opened.memoryBytes, taskMs = deadlineMs) {
      await need(memoryBytes);
      return ask(worker, task, args, taskMs);
    },
    weigh,
    async check(other) {
      await need((await weigh(other)).memoryBytes + opened.size);
      return ask(worker, 'check', { path: other, maxBytes, limits }, 10 * openMs);
    },
    close: () => releaseWorker(worker).finally(() => share.release()),
  };
}

/** The SHA-256 of a file's bytes. */
export async function hashIn(worker: Worker, path: string): Promise<string> {
  return (await ask(worker, 'hash', { path }, 10 * openMs)).sha256;
}

async function releasingOnFailure<Value>(work: () => Promise<Value>, release: () => void): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    release();
    throw error;
  }
}

// A worker that cannot even let go of its picture is replaced; what it made before stands.
async function releaseWorker(worker: Worker): Promise<void> {
  if (!worker.alive()) return;
  try {
    await ask(worker, 'close', null, openMs);
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    worker.kill();
  }
}

// 2 minutes and 20 seconds a megapixel of result.
function deadlineFor({ facts }: Opened, scale: number): number {
  const megapixels = (facts.width * facts.height * facts.pages * scale * scale) / 1e6;
  return 120_000 + 20_000 * megapixels;
}

function ask<Name extends TaskName>(
  worker: Worker,
  task: Name,
  args: ImageTaskByName[Name]['args'],
  deadlineMs: number,
): Promise<ImageTaskByName[Name]['value']> {
  return worker.call(task, args, deadlineMs) as Promise<ImageTaskByName[Name]['value']>;
}
