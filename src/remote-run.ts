// Opens what a run with a service needs: keys, pool, books, workers; and says who pays.
import { createHash } from 'node:crypto';
import { watchBalances } from './balance-check.ts';
import type { Engine } from './batch/engine.ts';
import type { Stops } from './batch/stops.ts';
import type { KeyContext } from './credentials/key-context.ts';
import type { Credential } from './credentials.ts';
import { ItemError } from './errors.ts';
import type { EncodeOptions } from './images/encode.ts';
import type { DecodeLimits, TargetFormat } from './images/facts.ts';
import { isCollectable } from './ledger/attempts.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Run } from './ledger/runs.ts';
import { type MarketParts, openMarket } from './market.ts';
import { openPaidStore } from './paid/store.ts';
import { knownRate, statedRate } from './pool/known-rate.ts';
import { priceWarnings } from './price-warning.ts';
import { hostOf } from './providers/base-url.ts';
import { findKeyProvider } from './providers/key-providers.ts';
import { bindPurchases, bindSlots } from './purchase-book.ts';
import type { Repeat } from './purchases/book.ts';
import { givesAlpha } from './purchases/for-picture.ts';
import type { Fallback, RemoteRecipe } from './purchases/recipe.ts';
import { createShop, type Market } from './purchases/shop.ts';
import { withQuotedPrices } from './quoted-prices.ts';
import { createRemoteEngine } from './remote-engine.ts';
import { learnFrom } from './remote-learn.ts';
import { localMaker, type Maker, shopMaker } from './remote-maker.ts';
import { knownKeys, payerOf } from './remote-payer.ts';
import type { BalanceTaken, Charges, MoneyStatus, Payer } from './report/money.ts';
import { noticeInWords } from './report/waiting.ts';
import type { Source } from './sources/source.ts';
import { defaultConcurrency } from './workers/budget.ts';

/**
 * The key of what a service was paid for of a source; undefined where it was not asked. `path` tells files of the same bytes
 * apart: each may have been bought with a mask of its own.
 */
export type FindBought = (
  service: Pick<RemoteRecipe, 'provider' | 'model'>,
  source: { readonly sha256: string; readonly path: string },
) => string | undefined;

export interface RemoteRunOptions {
  readonly recipe: RemoteRecipe;
  /** Hash parts of what is sent, besides the picture. */
  readonly sent: (recipe: RemoteRecipe) => object;
  /** Undefined for a dry run. */
  readonly run: Run | undefined;
  readonly ledger: Ledger;
  readonly stops: Stops;
  /** Where nothing is to be bought: the purchases that must do. */
  readonly bought: FindBought | undefined;
  /** The user's word on what may be bought once more. */
  readonly repeat: Repeat;
  readonly limits: DecodeLimits;
  readonly maxFileBytes: number;
  readonly format: 'keep' | TargetFormat;
  readonly encode: Omit<EncodeOptions, 'format' | 'disclosure'>;
  /** Whether results say how they were made. */
  readonly disclose: boolean;
  readonly memoryBudgetBytes: number;
  /** The most the run may cost; undefined without a bound of its own. */
  readonly maxCostMicrousd: number | undefined;
  /** Files to look at, where they could be counted. */
  readonly pictures: number | null;
  /** Whether it is one picture through a pipe, whose file is nobody's. */
  readonly piped?: boolean;
  warn(message: string, hint?: string): void;
}

export interface RemoteRun {
  readonly engine: Engine;
  readonly payer: Payer;
  /** The money of the run while it goes; undefined for a dry run. */
  readonly status: (() => MoneyStatus) | undefined;
  /** Pictures a minute that the service lets through, as far as is known. */
  perMinute(): Promise<number | undefined>;
  /** What the run came to so far. */
  charges(): Omit<Charges, 'reused'>;
  /** What was taken from the keys that paid, where that can be asked; warns of what is not as booked. Once all calls have ended. */
  balance(): Promise<readonly BalanceTaken[]>;
}

/** Throws CommandError: 4 without a usable key, 12 for a locked key store, 2 for what cannot be. */
export async function openRemoteRun(keys: KeyContext, options: RemoteRunOptions): Promise<RemoteRun> {
  const { ledger, run, limits, maxFileBytes, format, encode, disclose } = options;
  const main = await openService(options.recipe, keys, options);
  const makers: Maker[] = [main.maker];
  const balances = [main.balance];
  const fallback: Fallback[] = [];
  for (const next of main.recipe.fallback) {
    if (next.kind === 'remote') {
      const service = await openService(next.recipe, keys, options);
      makers.push(service.maker);
      balances.push(service.balance);
      fallback.push({ kind: 'remote', recipe: service.recipe });
      continue;
    }
    fallback.push(next);
    // What this processor made was never bought.
    if (options.bought === undefined) makers.push(localMaker(next.recipe));
  }
  const recipe = { ...main.recipe, fallback };
  const places = defaultConcurrency();
  const { pool, budget } = await keys.workers(places, options.memoryBudgetBytes);
  const engine = createRemoteEngine(pool, budget, {
    ...{ limits, maxFileBytes, format, encode, disclose, makers, places, warn: options.warn },
    transparent: givesAlpha(recipe),
  });
  return {
    engine: tellAtFirst(engine, () => {
      if (options.bought !== undefined) return;
      for (const [message, hint] of priceWarnings(recipe, keys.clock.now())) options.warn(message, hint);
    }),
    perMinute: main.perMinute,
    status: run && (() => statusOf(run, main.credentials, options)),
    payer: payerOf(recipe, main.credentials, options.pictures, makers),
    balance: async () => (await Promise.all(balances.map((balance) => balance?.() ?? []))).flat(),
    charges: () =>
      run === undefined
        ? { paid: 0, useless: 0, microusd: 0, unknown: 0, unsettled: 0, unsettledMicrousd: 0 }
        : { ...ledger.purchases.totalsOf(run.id), ...collectableOf(run, ledger) },
  };
}

function collectableOf({ id }: Run, { purchases }: Ledger): Pick<Charges, 'collectable'> {
  const collectable = purchases.unsettled(id).filter(isCollectable).length;
  return collectable > 0 ? { collectable } : {};
}

function statusOf(
  { id }: Run,
  credentials: readonly Credential[],
  { ledger, recipe, maxCostMicrousd }: RemoteRunOptions,
): MoneyStatus {
  const [sum] = ledger.purchases.totals('all', { runId: id });
  const calls = credentials.map(({ name }) => ({
    ...{ provider: recipe.provider.id, keyName: name, runId: id, maxRunMicrousd: maxCostMicrousd },
  }));
  const left = ledger.limits.ofRun(calls).map(({ leftMicrousd }) => leftMicrousd);
  return {
    spentMicrousd: sum?.costMicrousd ?? 0,
    unknown: sum?.unknown ?? 0,
    reservedMicrousd: sum?.underwayMicrousd ?? 0,
    leftMicrousd: left.length === 0 ? undefined : Math.min(...left),
  };
}

// The first line of a run names the payer: what else is to be said comes with the first picture.
function tellAtFirst(engine: Engine, tell: () => void): Engine {
  let isTold = false;
  return {
    ...engine,
    withImage(source, job, begin) {
      if (!isTold) {
        isTold = true;
        tell();
      }
      return engine.withImage(source, job, begin);
    },
  };
}

interface Service {
  readonly maker: Maker;
  /** With the prices the service told, where none were known. */
  readonly recipe: RemoteRecipe;
  perMinute(): Promise<number | undefined>;
  readonly credentials: readonly Credential[];
  readonly balance?: RemoteRun['balance'];
}

async function openService(
  recipe: RemoteRecipe,
  keys: KeyContext,
  options: RemoteRunOptions,
): Promise<Service> {
  const { run, ledger, stops, bought, maxCostMicrousd, repeat } = options;
  const { clock, paths } = keys;
  const store = openPaidStore(paths.paid);
  const hostNow = (credentials: readonly Credential[]) => hostFor(recipe, credentials);
  const makerWith = (
    recipe: RemoteRecipe,
    market: Market | undefined,
    credentials: readonly Credential[],
    shopRun: Run | undefined,
  ) => {
    const host = hostNow(credentials);
    const purchaseKey = (sourceSha256: string, path: string, asked: RemoteRecipe) =>
      bought === undefined
        ? hash({ sourceSha256, sent: options.sent(asked), ...(host && { host }) })
        : mustBe(bought(recipe, { sha256: sourceSha256, path }), recipe);
    const isBought = async (key: string) =>
      ['paid', 'collect'].includes((await ledger.buying.look(key)).kind);
    const shop =
      shopRun &&
      createShop({
        book: bindPurchases(ledger, shopRun, maxCostMicrousd),
        ...{ store, clock, drain: stops.drain, repeat, market, service: recipe.provider.label },
      });
    const ready = market && (() => market.pool.ready(stops.drain));
    const sentFit = (key: string) => ledger.purchases.fitOf(key);
    const nameOf = ({ path, shown }: Source) => (options.piped ? shown : path);
    return shopMaker({ recipe, shop, ready, purchaseKey, isBought, sentFit, nameOf });
  };
  if (run === undefined || bought !== undefined) {
    const credentials = bought === undefined ? await knownKeys(recipe, keys) : [];
    const perMinute = async () => statedRate(recipe.stated);
    const parts = { fetch: keys.fetch, signal: stops.drain, warn: options.warn };
    const priced = await withQuotedPrices(recipe, credentials[0], parts);
    return { maker: makerWith(priced, undefined, credentials, run), recipe: priced, credentials, perMinute };
  }
  const balances = watchBalances({
    ...{ provider: recipe.provider, fetch: keys.fetch, kill: stops.now, warn: options.warn },
    booked: () => ledger.purchases.totals('key', { runId: run.id }),
  });
  const parts: MarketParts = {
    // One picture is not worth two questions.
    ...(!options.piped && { beforePaying: balances.before }),
    credentials: await keys.credentials(),
    ...{ clock, store, storeFolder: paths.state, kill: stops.now, warn: options.warn },
    fetch: (input, init) => keys.fetch(input, init),
    ...{ book: bindPurchases(ledger, run, maxCostMicrousd), slots: bindSlots(ledger) },
    notice(notice) {
      const words = noticeInWords(notice);
      if (words !== undefined) options.warn(...words);
    },
    learn: learnFrom(keys, findKeyProvider(recipe.provider.id), options.warn),
  };
  const { market, credentials, recipe: priced } = await openMarket(recipe, parts);
  const perMinute = () => knownRate([...market.payers.values()], recipe.stated, parts.slots);
  const maker = makerWith(priced, market, credentials, run);
  return { maker, recipe: priced, credentials, perMinute, balance: balances.after };
}

function mustBe(key: string | undefined, { provider }: RemoteRecipe): string {
  if (key !== undefined) return key;
  throw new ItemError('not-bought', `nothing was bought of it from ${provider.label}`, {
    hint: 'buy it with imgsys runs retry',
  });
}

// Elsewhere than at the service's own address, somebody else answers to the same names of models.
function hostFor({ provider }: RemoteRecipe, [first]: readonly Credential[]): string | undefined {
  const own = findKeyProvider(provider.id).baseUrl;
  return first === undefined || first.baseUrl === own ? undefined : hostOf(first.baseUrl);
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
