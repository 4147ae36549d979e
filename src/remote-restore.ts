// What was bought of a picture, made the picture's result in a worker.
import type { EngineResult } from './batch/engine.ts';
import { madeByService } from './disclosure.ts';
import { ChargedForNothing, ItemError } from './errors.ts';
import { estimateRestore } from './images/memory.ts';
import { canvasOf } from './images/restore/answer-window.ts';
import type { ResultShape } from './images/restore/shape.ts';
import { dollars } from './money.ts';
import type { Picture } from './open-picture.ts';
import type { Asked } from './purchases/for-picture.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import type { Bought, Shop } from './purchases/shop.ts';
import type { MakerSource } from './remote-maker.ts';
import type { Enhanced } from './workers/tasks.ts';

/** Complains of an answer that does not fit where it `isSure` what was asked for. Throws ItemError. */
export async function restoreBought(
  { recipe, fit, shape }: Asked,
  bought: Bought,
  { picture, limits, encode: wish, disclose }: MakerSource,
  tempPath: string,
  { shop, isSure }: { shop: Shop; isSure: boolean },
): Promise<EngineResult> {
  const { provider, model } = recipe;
  const { path: answerPath, facts, isReused: reused } = bought;
  const encode = disclose ? { ...wish, disclosure: madeByService(recipe, shape) } : wish;
  const held = await picture();
  try {
    const canvas = canvasOf(fit, held.opened.facts, shape);
    const expected = canvas.width * canvas.height * shape.scale ** 2;
    const answerPixels = Math.max(expected, await pixelsOf(answerPath, held));
    const behind = shape.background?.kind === 'picture' ? await held.weigh(shape.background.path) : undefined;
    const memoryBytes =
      estimateRestore(held.opened.facts, encode.format, answerPixels, shape) + (behind?.memoryBytes ?? 0);
    const make = (as: ResultShape) => {
      const compared = recipe.tolerance && { tolerance: recipe.tolerance };
      const args = { answerPath, fit, limits, encode, tempPath, shape: as, ...compared };
      return held.ask('restore', args, memoryBytes, held.deadlineMs * shape.scale ** 2);
    };
    const result = await make(shape).catch((error) => {
      if (!reused) throw error;
      return withoutMask(shape, error, make);
    });
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
      const { message, hint, fault } = error;
      if (!reused && fault !== undefined) throw new ChargedForNothing(message, { hint, fault, cause: error });
    }
    throw error;
  }
}

// Models answer in sizes of their own. What cannot be read is refused where the whole of it is.
async function pixelsOf(path: string, held: Picture): Promise<number> {
  try {
    return (await held.weigh(path)).pixels;
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    return 0;
  }
}

// What was paid for is not lost with the mask it was bought by.
async function withoutMask(
  { keepOutside, ...whole }: ResultShape,
  error: unknown,
  make: (shape: ResultShape) => Promise<Enhanced>,
): Promise<Enhanced> {
  if (keepOutside === undefined || !(error instanceof ItemError) || error.reason !== 'mask-unusable') {
    throw error;
  }
  const made = await make(whole);
  const message = `${error.message}; what the service made outside it is taken, too`;
  return { ...made, warnings: [...made.warnings, { code: 'mask-lost', message }] };
}

/** The model and how it is asked, in a few words. */
export function describeRecipe({ model, quality }: RemoteRecipe): string {
  return quality === undefined ? model.id : `${model.id} at quality ${quality}`;
}
