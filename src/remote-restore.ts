// What was bought of a picture, made the picture's result in a worker.
import type { EngineResult } from './batch/engine.ts';
import { ItemError } from './errors.ts';
import { estimateRestore } from './images/memory.ts';
import { canvasOf } from './images/restore/answer-window.ts';
import { dollars } from './money.ts';
import type { Asked } from './purchases/for-picture.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import type { Bought, Shop } from './purchases/shop.ts';
import type { MakerSource } from './remote-maker.ts';

/** Complains of an answer that does not fit where it `isSure` what was asked for. Throws ItemError. */
export async function restoreBought(
  { recipe, fit, shape }: Asked,
  bought: Bought,
  { picture, limits, encode }: MakerSource,
  tempPath: string,
  { shop, isSure }: { shop: Shop; isSure: boolean },
): Promise<EngineResult> {
  const { provider, model } = recipe;
  const { path: answerPath, facts, isReused: reused } = bought;
  const held = await picture();
  try {
    const canvas = canvasOf(fit, held.opened.facts, shape);
    const factor = shape.scale === 1 ? 1 : Math.max(shape.scale, ...model.scales);
    const answerPixels = canvas.width * canvas.height * factor ** 2;
    const behind = shape.background?.kind === 'picture' ? await held.weigh(shape.background.path) : 0;
    const memoryBytes = estimateRestore(held.opened.facts, encode.format, answerPixels, shape) + behind;
    const args = { answerPath, fit, limits, encode, tempPath, shape };
    const result = await held.ask('restore', args, memoryBytes, held.deadlineMs * shape.scale ** 2);
    const { costMicrousd, costKind: kind } = facts;
    const cost = { provider: provider.id, model: model.id, microusd: costMicrousd ?? null, kind, reused };
    const price = reused
      ? 'bought before'
      : costMicrousd === undefined
        ? 'price unknown'
        : dollars(costMicrousd);
    return { ...result, text: `${describeRecipe(recipe)}, ${price}`, cost };
  } catch (error) {
    // An answer that does not fit is only of no use where it is known what was asked for.
    if (isSure && error instanceof ItemError && error.reason === 'answer-unusable') {
      await shop.complain(bought, error.message);
    }
    throw error;
  }
}

/** The model and how it is asked, in a few words. */
export function describeRecipe({ model, quality }: RemoteRecipe): string {
  return quality === undefined ? model.id : `${model.id} at quality ${quality}`;
}
