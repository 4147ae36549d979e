import type { Engine, OpenImage } from './batch/engine.ts';
import { ItemError } from './errors.ts';
import type { EncodeOptions } from './images/encode.ts';
import type { DecodeLimits, TargetFormat } from './images/facts.ts';
import type { LocalRecipe } from './providers/local/plan.ts';
import type { MemoryBudget } from './workers/budget.ts';
import type { WorkerPool } from './workers/pool.ts';
import type { ImageTaskByName, Opened } from './workers/tasks.ts';
import type { Worker } from './workers/worker.ts';

export interface LocalEngineOptions {
  readonly recipe: LocalRecipe;
  readonly limits: DecodeLimits;
  readonly maxFileBytes: number;
  readonly format: 'keep' | TargetFormat;
  readonly encode: Omit<EncodeOptions, 'format'>;
}

const openMs = 60_000;
const largeBytes = 32 * 2 ** 20;

/** The provider `local` as an engine: each picture in a worker process, within the memory budget. */
export function createLocalEngine(
  pool: WorkerPool,
  budget: MemoryBudget,
  options: LocalEngineOptions,
): Engine {
  const { recipe, limits, maxFileBytes: maxBytes, format: wish, encode } = options;
  const scale = recipe.operation === 'upscale' ? recipe.scale : 1;

  // The picture with its share of the memory: its bytes first, all that decoding takes once that is known.
  async function openIn(
    worker: Worker,
    path: string,
    size: number,
  ): Promise<{ image: OpenImage; close: () => Promise<void> }> {
    // A film among the photographs is told by its first bytes, without room for the whole of it.
    if (size > largeBytes) await ask(worker, 'glance', { path }, openMs);
    let share = await budget.acquire(Math.min(size, maxBytes));
    const open = () => ask(worker, 'open', { path, maxBytes, limits, wish, scale }, openMs);
    const opened = await releasingOnFailure(open, () => share.release());
    const deadlineMs = deadlineFor(opened, scale);

    // Never waits with a share in hand, or two pictures could wait for one another: it lets go and opens once more.
    async function need(bytes: number): Promise<void> {
      if (share.grow(bytes)) return;
      await ask(worker, 'close', null, openMs);
      share.release();
      share = await budget.acquire(bytes);
      if ((await open()).sha256 !== opened.sha256) {
        throw new ItemError('changed-while-read', 'changed while it waited for memory', {
          hint: 'run again',
        });
      }
    }

    const image: OpenImage = {
      ...opened,
      async check(other) {
        const { memoryBytes } = await ask(worker, 'weigh', { path: other, maxBytes, limits }, openMs);
        await need(memoryBytes + opened.size);
        return ask(worker, 'check', { path: other, maxBytes, limits }, 10 * openMs);
      },
      async plan() {
        await need(opened.memoryBytes);
        return ask(worker, 'plan', { recipe, limits }, deadlineMs);
      },
      async enhance(tempPath) {
        await need(opened.memoryBytes);
        const to = { ...encode, format: opened.target };
        return ask(worker, 'enhance', { recipe, limits, tempPath, encode: to }, deadlineMs);
      },
    };
    return { image, close: () => releaseWorker(worker).finally(() => share.release()) };
  }

  return {
    withImage: (source, job, begin) =>
      pool.use(async (worker) => {
        if (!(await begin())) return undefined;
        const { image, close } = await openIn(worker, source.path, source.size);
        try {
          return await job(image);
        } finally {
          await close();
        }
      }),
    hash: (path) => pool.use(async (worker) => (await ask(worker, 'hash', { path }, 10 * openMs)).sha256),
  };
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

// A generous bound that only a hostile or endless decode passes: 2 minutes and 20 seconds a megapixel of result.
function deadlineFor({ facts }: Opened, scale: number): number {
  const megapixels = (facts.width * facts.height * facts.pages * scale * scale) / 1e6;
  return 120_000 + 20_000 * megapixels;
}

function ask<Name extends keyof ImageTaskByName>(
  worker: Worker,
  task: Name,
  args: ImageTaskByName[Name]['args'],
  deadlineMs: number,
): Promise<ImageTaskByName[Name]['value']> {
  return worker.call(task, args, deadlineMs) as Promise<ImageTaskByName[Name]['value']>;
}
