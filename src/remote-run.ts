// Opens what a run with a service needs: keys, pool, books, workers; and says who pays.
import type { Engine } from './batch/engine.ts';
import type { Stops } from './batch/stops.ts';
import type { KeyContext } from './credentials/key-context.ts';
import type { Credential } from './credentials.ts';
import type { EncodeOptions } from './images/encode.ts';
import type { DecodeLimits, TargetFormat } from './images/facts.ts';
import { isCollectable } from './ledger/attempts.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Run } from './ledger/runs.ts';
import { priceWarnings } from './price-warning.ts';
import type { Repeat } from './purchases/book.ts';
import { givesAlpha } from './purchases/for-picture.ts';
import type { Fallback, RemoteRecipe } from './purchases/recipe.ts';
import { createRemoteEngine } from './remote-engine.ts';
import { localMaker, type Maker } from './remote-maker.ts';
import { payerOf } from './remote-payer.ts';
import { openService } from './remote-service.ts';
import type { BalanceTaken, Charges, MoneyStatus, Payer } from './report/money.ts';
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
  /**
   * What was taken from the keys that paid, where that can be asked; warns of what is not as booked. Once all calls
   * have ended.
   */
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
