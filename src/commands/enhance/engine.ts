import type { Engine } from '../../batch/engine.ts';
import type { Context } from '../../context.ts';
import type { Enhancement } from './options.ts';

/** What does the work of an enhancement. */
export function openEngine(enhancement: Enhancement, context: Context): Promise<Engine> {
  const { recipe, limits, maxFileBytes, format, quality, metadata, gps, batch } = enhancement;
  const { concurrency, memoryBudgetBytes } = batch;
  const encode = { quality, metadata, gps };
  return context.localEngine({
    recipe,
    limits,
    maxFileBytes,
    format,
    encode,
    concurrency,
    memoryBudgetBytes,
  });
}
