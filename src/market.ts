// Opens what a run buys with: its keys, the pool over them, and what is done about answers that concern a key.
import { tmpdir } from 'node:os';
import type { Clock } from './clock.ts';
import type { Credential, Credentials } from './credentials.ts';
import { CommandError, exitCodes, ItemError, systemCode } from './errors.ts';
import { isFull as isFullLedger } from './ledger/faults.ts';
import { keepElsewhere } from './paid/elsewhere.ts';
import { nothingBought } from './paid/refusals.ts';
import { createRoom } from './paid/room.ts';
import type { SlotBook } from './pool/book.ts';
import type { AttemptOutcome, PoolNotice, StatedLimits } from './pool/contract.ts';
import { createPool } from './pool/pool.ts';
import { hostOf } from './providers/base-url.ts';
import type { CallError, Pace } from './providers/enhance.ts';
import type { AttemptParts, Payer } from './purchases/attempt.ts';
import type { PaidStore, PurchaseBook } from './purchases/book.ts';
import { pricesOfCall } from './purchases/expected-cost.ts';
import { groupPayers } from './purchases/payer-group.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import type { Market } from './purchases/shop.ts';
import { withQuotedPrices } from './quoted-prices.ts';

export interface MarketParts {
  readonly credentials: Credentials;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly book: PurchaseBook;
  readonly slots: SlotBook;
  readonly store: PaidStore;
  /** A folder on the disk of the store. */
  readonly storeFolder: string;
  /** Ends calls under way. */
  readonly kill: AbortSignal;
  warn(message: string, hint?: string): void;
  notice(notice: PoolNotice): void;
  /** Awaited before each call that a key may be charged for. */
  beforePaying?(payer: Payer): Promise<void>;
  /** Keeps what an answer told of a key of the store: `no-funds`, `unverified-organisation`, `valid`. */
  learn(credential: Credential, outcome: AttemptOutcome): void;
}

export interface Opened {
  readonly market: Market;
  readonly credentials: readonly Credential[];
  /** With the prices the service told, where none were known. */
  readonly recipe: RemoteRecipe;
}

/**
 * Unlocks the keys that are to pay, opens the pool over them, and asks for prices that are not known. Throws
 * CommandError: 4 or 12 for a key that is not to be had, 2 when one is named twice.
 */
export async function openMarket(asked: RemoteRecipe, parts: MarketParts): Promise<Opened> {
  const { provider, model, keys, stated, concurrency, maxWaitMs, timeoutMs } = asked;
  const wanted = keys.length === 0 ? [{ name: undefined, weight: 1 }] : keys;
  const chosen: Credential[] = [];
  const byPayer = new Map<Payer, Credential>();
  for (const { name, weight } of wanted) {
    const credential = await parts.credentials.choose(provider.id, name);
    // Asked for now: a question about a passphrase does not come in the middle of a run.
    await credential.secret();
    if (chosen.some(({ name }) => name === credential.name)) {
      throw new CommandError(`the key ${credential.name} is named twice`, {
        exitCode: exitCodes.usage,
        hint: `give it a larger share with --key ${credential.name}=2`,
      });
    }
    byPayer.set(asPayer(credential, weight, model.id), credential);
    chosen.push(credential);
  }
  const recipe = await withQuotedPrices(asked, chosen[0], { ...parts, signal: parts.kill });
  const organisations = createOrganisations(parts);
  const payers = new Map(
    [...Map.groupBy(byPayer.keys(), ({ id }) => id)].map(([id, [first, ...others]]) => {
      if (first === undefined) throw new Error('a group of keys without a key');
      if (others.length > 0) organisations.tell([first, ...others].map(({ keyName }) => keyName));
      const onDrop = ({ keyName }: Payer, error: CallError) => {
        parts.notice({ kind: 'benched', keyName, error });
      };
      return [id, groupPayers([first, ...others], onDrop)];
    }),
  );
  const pool = createPool(
    {
      ...{ slots: [...payers.values()], maxWaitMs },
      stated: statedOr(provider.pace, stated),
      concurrency: concurrency === 'auto' ? (provider.pace?.inFlight ?? concurrency) : concurrency,
    },
    { book: parts.slots, clock: parts.clock, events: { notice: parts.notice } },
  );
  const room = createRoom({ folder: parts.storeFolder, clock: parts.clock });
  const proveStore = once(() => parts.store.prove());
  const attempts: AttemptParts = {
    ...{ provider, book: parts.book, store: parts.store, fetch: parts.fetch, timeoutMs, kill: parts.kill },
    ...{ prices: recipe.prices, price: pricesOfCall(recipe) },
    ...{ clock: parts.clock, notice: (message) => parts.warn(message) },
    ended: new AbortController(),
    async takeRoom(signal) {
      await proveStore().catch((error) => {
        throw nothingBought(error);
      });
      return room.take(signal);
    },
    ...(parts.beforePaying && { beforePaying: parts.beforePaying }),
    whenWritable: waitForRoom(parts),
    keepElsewhere: (id, bytes) => keepElsewhere([parts.storeFolder, tmpdir()], id, bytes),
    observe(payer, outcome) {
      const credential = byPayer.get(payer);
      if (credential !== undefined) parts.learn(credential, outcome);
      const headers = outcome.ok ? outcome.result.headers : outcome.error.headers;
      organisations.learn(payer.keyName, headers['openai-organization']);
    },
  };
  return { market: { pool, payers, attempts }, credentials: chosen, recipe };
}

// The user's word goes before what is usual.
function statedOr({ requestsPerMinute }: Pace = {}, stated: StatedLimits): StatedLimits {
  const isStated = Object.keys(stated).length > 0;
  return isStated || requestsPerMinute === undefined ? stated : { requests: requestsPerMinute };
}

function asPayer(credential: Credential, weight: number, model: string): Payer {
  const { provider, name, tail, baseUrl, organisation, project } = credential;
  const who = organisation === undefined ? `${name} ${tail ?? ''}` : `${organisation} ${project ?? ''}`;
  return {
    id: [provider, hostOf(baseUrl), who.trim(), model].join('|'),
    ...{ keyName: name, weight, baseUrl },
    ...(organisation !== undefined && { organisation }),
    ...(project !== undefined && { project }),
    secret: credential.secret,
    again: credential.again,
  };
}

// Limits belong to organisations: two keys of one are no faster than one of them. Told once of each key.
function createOrganisations({ warn }: MarketParts) {
  const learnt = new Map<string, string>();
  const told = new Set<string>();
  const tell = (keyNames: readonly string[]) => {
    if (keyNames.every((name) => told.has(name))) return;
    for (const name of keyNames) told.add(name);
    warn(
      `the keys ${listed(keyNames)} belong to one organisation, which has one limit: together they are no faster`,
      'name one of them with --key, or use a key of another organisation',
    );
  };
  return {
    tell,
    learn(keyName: string, organisation: string | undefined): void {
      if (organisation === undefined || learnt.has(keyName)) return;
      const other = [...learnt].find(([, name]) => name === organisation)?.[0];
      learnt.set(keyName, organisation);
      if (other !== undefined) tell([other, keyName]);
    },
  };
}

function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].join(' and ');
}

// Fails again and again, but succeeds only once.
function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act().catch((error) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}

const roomPollMs = 2_000;

// Paid bytes wait in memory for room until the user kills the run; nothing else may begin to cost meanwhile, since
// `takeRoom` fails or waits.
function waitForRoom({ clock, kill, warn, storeFolder }: MarketParts) {
  let lastMs = Number.NEGATIVE_INFINITY;
  return async (error: unknown): Promise<void> => {
    if (!isFull(error)) throw error;
    const nowMs = clock.monotonicMs();
    if (nowMs - lastMs > 5 * roomPollMs) {
      warn(
        `the disk is full, and a paid picture waits to be written to ${storeFolder}`,
        'free some room there: it is written as soon as it fits',
      );
    }
    lastMs = nowMs;
    await clock.sleep(roomPollMs, kill).catch(() => {
      throw error;
    });
  };
}

function isFull(error: unknown): boolean {
  if (error instanceof ItemError) return error.reason === 'disk-full';
  const code = systemCode(error) ?? systemCode(error instanceof Error ? error.cause : undefined);
  return (
    code === 'ENOSPC' || code === 'EDQUOT' || isFullLedger(error instanceof Error ? error.cause : undefined)
  );
}
