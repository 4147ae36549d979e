import type { Engine, EngineResult, OpenImage, PlanReport } from './batch/engine.ts';
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

/** The provider `local` as an engine: each picture in a worker process, within the memory budget. */
export function createLocalEngine(
  pool: WorkerPool,
  budget: MemoryBudget,
  options: LocalEngineOptions,
): Engine {
  const { recipe, limits, maxFileBytes: maxBytes, format: wish, encode } = options;
  const scale = recipe.operation === 'upscale' ? recipe.scale : 1;

  async function openImage(worker: Worker, path: string): Promise<OpenImage> {
    const opened = await ask(worker, 'open', { path, maxBytes, limits, wish, scale }, openMs);
    const deadlineMs = deadlineFor(opened, scale);
    return {
      ...opened,
      plan: () => inBudget<PlanReport>(opened, () => ask(worker, 'plan', { recipe, limits }, deadlineMs)),
      enhance: (tempPath) =>
        inBudget<EngineResult>(opened, () =>
          ask(
            worker,
            'enhance',
            { recipe, limits, tempPath, encode: { ...encode, format: opened.target } },
            deadlineMs,
          ),
        ),
    };
  }

  async function inBudget<Result>(opened: Opened, work: () => Promise<Result>): Promise<Result> {
    const giveBack = await budget.acquire(opened.memoryBytes);
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  return {
    withImage: (source, job, begin) =>
      pool.use(async (worker) => {
        if (!(await begin())) return undefined;
        const result = await job(await openImage(worker, source.path));
        if (worker.alive()) await ask(worker, 'close', null, openMs);
        return result;
      }),
    hash: (path) =>
      pool.use(async (worker) => (await ask(worker, 'hash', { path, maxBytes }, openMs)).sha256),
    check: (path) => pool.use((worker) => ask(worker, 'check', { path, maxBytes, limits }, 10 * openMs)),
  };
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
