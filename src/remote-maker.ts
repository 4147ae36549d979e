// Who can make a picture: a service through the shop, or this processor where that fails.
import type { EngineResult, PlanReport } from './batch/engine.ts';
import { ItemError } from './errors.ts';
import type { EncodeOptions } from './images/encode.ts';
import type { DecodeLimits } from './images/facts.ts';
import { estimatePrepare, estimateRestore } from './images/memory.ts';
import { type Fit, fitSize } from './images/upload/fit-size.ts';
import { dollarRange, dollars } from './money.ts';
import type { Picture } from './open-picture.ts';
import type { LocalRecipe } from './providers/local/plan.ts';
import type { CostRange } from './providers/model.ts';
import { expectedCost } from './purchases/expected-cost.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import { watchRefusals } from './purchases/refusals.ts';
import type { Bought, Customer, Order, Shop } from './purchases/shop.ts';
import type { Source } from './sources/source.ts';
import type { Opened } from './workers/tasks.ts';

/** A source while it is worked on. */
export interface MakerSource {
  readonly source: Source;
  readonly opened: Opened;
  readonly limits: DecodeLimits;
  readonly encode: EncodeOptions;
  /** The picture in a worker; opened again after `letGo`. */
  picture(): Promise<Picture>;
  /** Lets go of the picture and of the place it is made ready in. */
  letGo(): Promise<void>;
  /** Lets go of the picture, but not of its place: others may not get ahead. */
  pause(): Promise<void>;
}

export interface Maker {
  /** For people. */
  readonly name: string;
  plan(made: MakerSource): Promise<PlanReport>;
  /** Throws ItemError, or GivenUp where the run must stop. */
  make(made: MakerSource, tempPath: string): Promise<EngineResult>;
}

type Ready = () => Promise<() => void>;

export interface ShopMakerParts {
  readonly recipe: RemoteRecipe;
  /** Undefined for a dry run, which makes nothing. */
  readonly shop: Shop | undefined;
  /**
   * Resolves when a call made ready now would start soon, with what lets another go first where it fails; undefined where
   * nothing may be bought.
   */
  readonly ready: Ready | undefined;
  /** Hash of a source's bytes and of all that is sent. */
  readonly purchaseKey: (sourceSha256: string) => string;
  /** Whether the picture was bought before. */
  readonly isBought: (purchaseKey: string) => Promise<boolean>;
  /** How a purchase was sent; undefined where that was not noted. */
  readonly sentFit: (purchaseKey: string) => Fit | undefined;
  /** By which name a source is kept with its purchase. */
  readonly nameOf: (source: Source) => string;
}

export function shopMaker(parts: ShopMakerParts): Maker {
  const { recipe, shop, ready, purchaseKey, isBought, sentFit, nameOf } = parts;
  const { provider, model } = recipe;
  const refusals = watchRefusals();
  const fitOf = ({ facts }: Opened) => fitSize(facts, model.sizes, recipe.uploadPixels);
  return {
    name: provider.id,
    async plan({ opened }) {
      const { width, height } = opened.facts;
      const fit = fitOf(opened);
      const key = purchaseKey(opened.sha256);
      const bought = await isBought(key);
      const cost = expectedCost(recipe, fit);
      const price = bought ? 'bought before' : inWords(cost);
      const text = `${describe(recipe)}, sent as ${fit.width}x${fit.height}, ${price}`;
      const step = {
        name: 'ask',
        provider: provider.id,
        model: model.id,
        width: fit.width,
        height: fit.height,
      };
      return { steps: [{ ...step, bought }], skipped: [], text, width, height, offer: { key, bought, cost } };
    },
    async make(made, tempPath) {
      const { source, opened } = made;
      if (shop === undefined) throw new Error('a dry run makes no pictures');
      refusals.check();
      const key = purchaseKey(opened.sha256);
      const fit = fitOf(opened);
      const purchase = {
        ...{ key, fit, sourceSha256: opened.sha256, sourcePath: nameOf(source), relative: source.relative },
        ...{ provider: provider.id, model: model.id },
      };
      const customer = customerOf(recipe, made, fit, ready ?? (async () => () => {}));
      const bought = await shop.buy(purchase, customer).catch((error) => {
        refusals.failed(error);
        throw error;
      });
      if (!bought.isReused) refusals.made();
      const known = bought.isReused ? sentFit(key) : fit;
      return restore(recipe, bought, made, tempPath, {
        shop,
        fit: known ?? fit,
        isSure: known !== undefined,
      });
    },
  };
}

/** This processor, in the place of a service that failed. */
export function localMaker(recipe: LocalRecipe): Maker {
  return {
    name: 'local',
    plan: async ({ picture, limits }) => (await picture()).ask('plan', { recipe, limits }),
    make: async ({ picture, limits, encode }, tempPath) =>
      (await picture()).ask('enhance', { recipe, limits, tempPath, encode }),
  };
}

function customerOf(
  recipe: RemoteRecipe,
  { picture, limits, letGo, pause }: MakerSource,
  fit: Fit,
  ready: Ready,
): Customer {
  const { model, prompt, quality, options } = recipe;
  return {
    letGo,
    async prepare(): Promise<Order> {
      const giveBack = await soonOr(ready(), pause);
      try {
        const held = await picture();
        const { upload, mask: sentMask } = await held.ask(
          'prepare',
          prepareArgs(recipe, limits),
          estimatePrepare(held.opened.facts, fit.width * fit.height),
        );
        await letGo();
        const size = model.sizes.kind === 'any' ? undefined : { width: upload.width, height: upload.height };
        const expected = expectedCost(recipe, upload);
        return {
          request: {
            ...{ model: model.id, prompt, options, image: upload },
            ...(sentMask && { mask: sentMask }),
            ...(size && { size }),
            ...(quality !== undefined && { quality }),
          },
          expected,
          cost: { requests: 1, images: 1, tokens: expected?.tokens ?? 0 },
        };
      } catch (error) {
        giveBack();
        throw error;
      }
    },
  };
}

const shortWaitMs = 50;

// Others get the worker while the service has no room for one more call.
async function soonOr<Soon>(ready: Promise<Soon>, pause: () => Promise<void>): Promise<Soon> {
  let timer: NodeJS.Timeout | undefined;
  const isLong = await Promise.race([
    ready.then(() => false),
    new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, shortWaitMs, true);
    }),
  ]).finally(() => clearTimeout(timer));
  if (isLong) await pause();
  return ready;
}

/** How the worker is asked to make ready what is sent. */
export function prepareArgs({ provider, model, mask, uploadPixels }: RemoteRecipe, limits: DecodeLimits) {
  return {
    limits,
    rule: model.sizes,
    maxUploadBytes: model.maxUploadBytes,
    type: model.uploadTypes.includes('image/jpeg') ? ('auto' as const) : ('image/png' as const),
    ...(uploadPixels !== undefined && { maxPixels: uploadPixels }),
    ...(mask && { mask: { path: mask.path, style: provider.maskStyle } }),
  };
}

async function restore(
  recipe: RemoteRecipe,
  bought: Bought,
  { picture, limits, encode }: MakerSource,
  tempPath: string,
  { shop, fit, isSure }: { shop: Shop; fit: Fit; isSure: boolean },
): Promise<EngineResult> {
  const { provider, model } = recipe;
  const { path: answerPath, facts, isReused: reused } = bought;
  const held = await picture();
  try {
    const transparent = recipe.options.background === 'transparent';
    const memoryBytes = estimateRestore(
      held.opened.facts,
      encode.format,
      fit.width * fit.height,
      transparent,
    );
    const args = { answerPath, fit, limits, encode, tempPath, transparent };
    const result = await held.ask('restore', args, memoryBytes);
    const { costMicrousd, costKind: kind } = facts;
    const cost = { provider: provider.id, model: model.id, microusd: costMicrousd ?? null, kind, reused };
    const price = reused
      ? 'bought before'
      : costMicrousd === undefined
        ? 'price unknown'
        : dollars(costMicrousd);
    return { ...result, text: `${describe(recipe)}, ${price}`, cost };
  } catch (error) {
    // An answer that does not fit is only of no use where it is known what was asked for.
    if (isSure && error instanceof ItemError && error.reason === 'answer-unusable') {
      await shop.complain(bought, error.message);
    }
    throw error;
  }
}

function describe({ model, quality }: RemoteRecipe): string {
  return quality === undefined ? model.id : `${model.id} at quality ${quality}`;
}

function inWords(cost: CostRange | undefined): string {
  if (cost === undefined) return 'price unknown';
  const range = dollarRange(cost.lowMicrousd, cost.highMicrousd);
  return cost.assumed ? `${range} assumed` : `about ${range}`;
}
