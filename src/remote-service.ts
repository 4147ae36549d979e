// One service of a run: what makes its pictures, who pays it, and what it took.
import { createHash } from 'node:crypto';
import { watchBalances } from './balance-check.ts';
import type { KeyContext } from './credentials/key-context.ts';
import type { Credential } from './credentials.ts';
import { ItemError } from './errors.ts';
import type { Run } from './ledger/runs.ts';
import { type MarketParts, openMarket } from './market.ts';
import { openPaidStore } from './paid/store.ts';
import { knownRate, statedRate } from './pool/known-rate.ts';
import { hostOf } from './providers/base-url.ts';
import { findKeyProvider } from './providers/key-providers.ts';
import { bindPurchases, bindSlots } from './purchase-book.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import { createShop, type Market } from './purchases/shop.ts';
import { withQuotedPrices } from './quoted-prices.ts';
import { learnFrom } from './remote-learn.ts';
import { type Maker, shopMaker } from './remote-maker.ts';
import { knownKeys } from './remote-payer.ts';
import type { RemoteRun, RemoteRunOptions } from './remote-run.ts';
import { noticeInWords } from './report/waiting.ts';
import type { Source } from './sources/source.ts';

export interface Service {
  readonly maker: Maker;
  /** With the prices the service told, where none were known. */
  readonly recipe: RemoteRecipe;
  perMinute(): Promise<number | undefined>;
  readonly credentials: readonly Credential[];
  readonly balance?: RemoteRun['balance'];
}

/** The shop of one service: its keys, prices and books. Throws as `openRemoteRun` does. */
export async function openService(
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
