import type { Engine } from './batch/engine.ts';
import type { EncodeOptions } from './images/encode.ts';
import type { DecodeLimits, TargetFormat } from './images/facts.ts';
import { hashIn, openPicture } from './open-picture.ts';
import type { LocalRecipe } from './providers/local/plan.ts';
import type { MemoryBudget } from './workers/budget.ts';
import type { WorkerPool } from './workers/pool.ts';

export interface LocalEngineOptions {
  readonly recipe: LocalRecipe;
  readonly limits: DecodeLimits;
  readonly maxFileBytes: number;
  readonly format: 'keep' | TargetFormat;
  readonly encode: Omit<EncodeOptions, 'format'>;
}

/** The provider `local` as an engine: each picture in a worker process, within the memory budget. */
export function createLocalEngine(
  pool: WorkerPool,
  budget: MemoryBudget,
  options: LocalEngineOptions,
): Engine {
  const { recipe, limits, encode } = options;
  return {
    withImage: (source, job, begin) =>
      pool.use(async (worker) => {
        if (!(await begin())) return undefined;
        const picture = await openPicture(worker, budget, source, {
          ...options,
          ...{ scale: recipe.scale, expand: recipe.expand },
        });
        const { opened } = picture;
        try {
          return await job({
            ...opened,
            check: picture.check,
            plan: () => picture.ask('plan', { recipe, limits }),
            enhance(tempPath) {
              const to = { ...encode, format: opened.target };
              return picture.ask('enhance', { recipe, limits, tempPath, encode: to });
            },
          });
        } finally {
          await picture.close();
        }
      }),
    hash: (path) => pool.use((worker) => hashIn(worker, path)),
  };
}
