// Who can make a picture: a service through the shop, or this processor where that fails.
import type { EngineResult, PlanReport } from './batch/engine.ts';
import type { EncodeOptions } from './images/encode.ts';
import type { DecodeLimits } from './images/facts.ts';
import { estimatePrepare } from './images/memory.ts';
import { resultSize } from './images/restore/shape.ts';
import type { Fit } from './images/upload/fit-size.ts';
import { dollarRange } from './money.ts';
import type { Picture } from './open-picture.ts';
import type { LocalRecipe } from './providers/local/plan.ts';
import type { CostRange } from './providers/model.ts';
import { expectedCost, sizeToAskFor } from './purchases/expected-cost.ts';
import { type Asked, askFor } from './purchases/for-picture.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import { watchRefusals } from './purchases/refusals.ts';
import type { Customer, Order, Shop } from './purchases/shop.ts';
import { describeRecipe, restoreBought } from './remote-restore.ts';
import { madeHere } from './source-types.ts';
import type { Source } from './sources/source.ts';
import type { Opened } from './workers/tasks.ts';

/** A source while it is worked on. */
export interface MakerSource {
  readonly source: Source;
  readonly opened: Opened;
  readonly limits: DecodeLimits;
  readonly encode: EncodeOptions;
  /** Whether the result says how it was made. */
  readonly disclose: boolean;
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
  /**
   * Hash of a source's bytes and of all that is sent, by the recipe of that picture; else what was bought of it at its
   * path.
   */
  readonly purchaseKey: (sourceSha256: string, path: string, recipe: RemoteRecipe) => string;
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
  const asking = ({ source, opened, limits }: MakerSource) =>
    askFor(recipe, { ...opened, relative: source.relative }, limits);
  return {
    name: provider.id,
    async plan(made) {
      const { source, opened } = made;
      const asked = await asking(made);
      if (asked === undefined) return untouched.plan(made);
      const { fit } = asked;
      const { width, height } = resultSize(opened.facts, asked.shape);
      const key = purchaseKey(opened.sha256, source.path, asked.recipe);
      const bought = await isBought(key);
      const cost = expectedCost(asked.recipe, fit);
      const price = bought ? 'bought before' : inWords(cost);
      const text = `${describeRecipe(recipe)}, sent as ${fit.width}x${fit.height}, ${price}`;
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
      const asked = await asking(made);
      if (asked === undefined) return untouched.make(made, tempPath);
      const { fit } = asked;
      const key = purchaseKey(opened.sha256, source.path, asked.recipe);
      const purchase = {
        ...{ key, fit, sourceSha256: opened.sha256, sourcePath: nameOf(source), relative: source.relative },
        ...{ provider: provider.id, model: model.id },
      };
      const customer = customerOf(asked, made, ready ?? (async () => () => {}));
      const bought = await shop.buy(purchase, customer).catch((error) => {
        refusals.failed(error);
        throw error;
      });
      if (!bought.isReused) refusals.made();
      const known = bought.isReused ? sentFit(key) : fit;
      const isSure = known !== undefined;
      return restoreBought({ ...asked, fit: known ?? fit }, bought, made, tempPath, { shop, isSure });
    },
  };
}

/** This processor, in the place of a service that failed. */
export function localMaker(recipe: LocalRecipe): Maker {
  return {
    name: 'local',
    plan: async ({ picture, limits }) => (await picture()).ask('plan', { recipe, limits }),
    make: async ({ picture, limits, encode, disclose }, tempPath) =>
      (await picture()).ask('enhance', {
        ...{ recipe, limits, tempPath },
        encode: disclose ? { ...encode, disclosure: madeHere } : encode,
      }),
  };
}

// Where nothing is to be done.
const untouched = localMaker({ look: {}, scale: 1, strength: 0 });

function customerOf(
  { recipe, fit }: Asked,
  { picture, limits, letGo, pause }: MakerSource,
  ready: Ready,
): Customer {
  const { model, prompt, wish, quality, options } = recipe;
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
        const size = sizeToAskFor(model, upload);
        const expected = expectedCost(recipe, upload);
        return {
          request: {
            ...{ model: model.id, prompt, wish, options, image: upload },
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

/** How the worker is asked to make ready what is sent; `recipe` is that of one picture. */
export function prepareArgs({ provider, model, mask, uploadPixels }: RemoteRecipe, limits: DecodeLimits) {
  return {
    limits,
    rule: model.sizes,
    maxUploadBytes: model.maxUploadBytes,
    type: model.uploadTypes.includes('image/jpeg') ? ('auto' as const) : ('image/png' as const),
    ...(uploadPixels !== undefined && { maxPixels: uploadPixels }),
    ...(mask?.kind === 'file' && { mask: { path: mask.path, style: provider.maskStyle } }),
  };
}

function inWords(cost: CostRange | undefined): string {
  if (cost === undefined) return 'price unknown';
  const range = dollarRange(cost.lowMicrousd, cost.highMicrousd);
  return cost.assumed ? `${range} assumed` : `about ${range}`;
}
