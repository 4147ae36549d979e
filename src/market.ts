// Opens what a run buys with: its keys, the pool over them, and what is done about answers that concern a key.
import { statfs } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import type { Credential, Credentials } from './credentials.ts';
import { CommandError, exitCodes, ItemError, systemCode } from './errors.ts';
import type { SlotBook } from './pool/book.ts';
import type { AttemptOutcome, PoolNotice } from './pool/contract.ts';
import { createPool } from './pool/pool.ts';
import { hostOf } from './providers/base-url.ts';
import type { AttemptParts, Payer } from './purchases/attempt.ts';
import type { PaidStore, PurchaseBook } from './purchases/book.ts';
import { pricesOfCall } from './purchases/expected-cost.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import type { Market } from './purchases/shop.ts';

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
  /** Keeps what an answer told of a key of the store: `no-funds`, `unverified-organisation`, `valid`. */
  learn(credential: Credential, outcome: AttemptOutcome): void;
}

/**
 * Unlocks the keys that are to pay and opens the pool over them. Throws CommandError: 4 or 12 for a key that is not to
 * be had, 2 when one is named twice.
 */
export async function openMarket(
  recipe: RemoteRecipe,
  parts: MarketParts,
): Promise<{ market: Market; credentials: readonly Credential[] }> {
  const { provider, model, keys, stated, concurrency, maxWaitMs, timeoutMs } = recipe;
  const wanted = keys.length === 0 ? [{ name: undefined, weight: 1 }] : keys;
  const payers = new Map<string, Payer>();
  const chosen: Credential[] = [];
  const byPayer = new Map<Payer, Credential>();
  for (const { name, weight } of wanted) {
    const credential = await parts.credentials.choose(provider.id, name);
    // Asked for now: a question about a passphrase does not come in the middle of a run.
    await credential.secret();
    const payer = asPayer(credential, weight, model.id);
    if (payers.has(payer.id)) {
      throw new CommandError(`the key ${credential.name} is named twice`, {
        exitCode: exitCodes.usage,
        hint: `give it a larger share with --key ${credential.name}=2`,
      });
    }
    payers.set(payer.id, payer);
    byPayer.set(payer, credential);
    chosen.push(credential);
  }
  const pool = createPool(
    { slots: [...payers.values()], stated, concurrency, maxWaitMs },
    { book: parts.slots, clock: parts.clock, events: { notice: parts.notice } },
  );
  const organisations = new Map<string, string>();
  const attempts: AttemptParts = {
    ...{ provider, book: parts.book, store: parts.store, fetch: parts.fetch, timeoutMs, kill: parts.kill },
    ...{ prices: recipe.prices, price: pricesOfCall(recipe) },
    ...{ clock: parts.clock, notice: (message) => parts.warn(message) },
    checkRoom: () => checkRoom(parts.storeFolder),
    whenWritable: waitForRoom(parts, maxWaitMs),
    observe(payer, outcome) {
      const credential = byPayer.get(payer);
      if (credential !== undefined) parts.learn(credential, outcome);
      const headers = outcome.ok ? outcome.result.headers : outcome.error.headers;
      tellShared(payer.keyName, headers['openai-organization'], organisations, parts);
    },
  };
  return { market: { pool, payers, attempts }, credentials: chosen };
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

// Limits belong to organisations: two keys of one are no faster than one of them.
function tellShared(
  keyName: string,
  organisation: string | undefined,
  seen: Map<string, string>,
  { warn }: MarketParts,
): void {
  if (organisation === undefined || seen.has(keyName)) return;
  const other = [...seen].find(([, name]) => name === organisation)?.[0];
  seen.set(keyName, organisation);
  if (other === undefined) return;
  warn(
    `the keys ${other} and ${keyName} belong to one organisation, which has one limit: together they are no faster`,
    'name one of them with --key, or use a key of another organisation',
  );
}

// What a few answers take.
const roomBytes = 32 * 2 ** 20;

// Nothing is bought that could not be kept.
async function checkRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= roomBytes) return;
  throw new ItemError('disk-full', `less than 32 MiB are free where paid pictures are kept (${folder})`, {
    hint: 'free some room there, or set IMGSYS_HOME to another disk; nothing was bought',
  });
}

const roomPollMs = 2_000;

// Paid bytes wait in memory for room; nothing else may begin to cost meanwhile, since `checkRoom` fails.
function waitForRoom({ clock, kill, warn, storeFolder }: MarketParts, maxWaitMs: number) {
  let sinceMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return async (error: unknown): Promise<void> => {
    if (!isFull(error)) throw error;
    const nowMs = clock.monotonicMs();
    if (nowMs - lastMs > 5 * roomPollMs) {
      sinceMs = nowMs;
      warn(
        `the disk is full, and a paid picture waits to be written to ${storeFolder}`,
        'free some room there: it is written as soon as it fits',
      );
    }
    lastMs = nowMs;
    if (nowMs - sinceMs > maxWaitMs) throw error;
    await clock.sleep(roomPollMs, kill);
  };
}

function isFull(error: unknown): boolean {
  if (error instanceof ItemError) return error.reason === 'disk-full';
  const code = systemCode(error) ?? systemCode(error instanceof Error ? error.cause : undefined);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
