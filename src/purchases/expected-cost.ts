import { type Fit, fitSize } from '../images/upload/fit-size.ts';
import type { PriceFacts } from '../prices/table.ts';
import type { CostRange, EditModel, Size } from '../providers/model.ts';
import type { RemoteRecipe } from './recipe.ts';

type Priced = Pick<
  RemoteRecipe,
  'provider' | 'model' | 'quality' | 'prompt' | 'wish' | 'mask' | 'prices' | 'assumePriceMicrousd'
>;

/**
 * What a call will cost that sends a picture of the size `upload`; what the user assumes where no price is known, and
 * undefined without that.
 */
export function expectedCost(recipe: Priced, upload: Size): CostRange | undefined {
  const { provider, model, quality, prompt, wish, mask, prices, assumePriceMicrousd: assumed } = recipe;
  const size = sizeToAskFor(model, upload);
  const question = { model: model.id, quality, prompt, upload, size, masked: mask !== undefined, wish };
  const known = provider.estimate(question, prices);
  if (known !== undefined || assumed === undefined) return known;
  return { lowMicrousd: assumed, highMicrousd: assumed, mostMicrousd: assumed, tokens: 0, assumed: true };
}

/** The size that is asked for of what is sent: its own; undefined where the model follows the picture by itself. */
export function sizeToAskFor({ sizes }: EditModel, { width, height }: Size): Size | undefined {
  return sizes.kind === 'any' ? undefined : { width, height };
}

/** What a call will cost for a typical photograph, sent as `typicalUpload` says. */
export function typicalCost(recipe: Priced & Pick<RemoteRecipe, 'uploadPixels'>): CostRange | undefined {
  return expectedCost(recipe, typicalUpload(recipe.model, recipe.uploadPixels));
}

/** As what a photograph of 3:2 and 24 megapixels is sent. */
export function typicalUpload({ sizes }: EditModel, uploadPixels: number | undefined): Fit {
  return fitSize({ width: 6000, height: 4000 }, sizes, uploadPixels);
}

/** The prices that are kept with each call of a recipe; undefined where none is known or assumed. */
export function pricesOfCall({
  provider,
  model,
  prices,
  assumePriceMicrousd: assumed,
}: Priced): PriceFacts | undefined {
  const known = prices.priceOf(provider.id, model.id);
  if (known !== undefined || assumed === undefined) return known;
  return { microusd: { picture: assumed }, asOf: null, source: 'assumed' };
}
