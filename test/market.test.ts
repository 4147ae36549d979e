import { describe, expect, it } from 'vitest';
import { CommandError, exitCodes } from '../src/errors.ts';
import { type MarketParts, openMarket } from '../src/market.ts';
import { cannotKeep } from '../src/paid/refusals.ts';
import { builtInPrices } from '../src/prices/built-in.ts';
import type { Pace } from '../src/providers/enhance.ts';
import { openaiEdits } from '../src/providers/openai/openai-edits.ts';
import type { RemoteRecipe } from '../src/purchases/recipe.ts';
import { fakeClock } from './helpers/clock.ts';
import { memoryBook } from './helpers/memory-book.ts';
import { eventClock } from './pool/sim/events.ts';

const recipe = (...names: string[]): RemoteRecipe => ({
  ...{
    provider: openaiEdits,
    model: openaiEdits.findModel(undefined, ''),
    prompt: 'brighter',
    wish: { operation: 'enhance' },
    quality: 'high',
  },
  ...{ options: {}, mask: undefined, uploadPixels: undefined, stated: {}, concurrency: 'auto', timeoutMs: 1 },
  ...{ maxWaitMs: 1, retryUnsettled: 'ask', prices: builtInPrices, assumePriceMicrousd: undefined },
  ...{ fallback: [], keys: names.map((name) => ({ name, weight: 1 })) },
});

// Keys `a1` and `a2` belong to one organisation, `b1` to another.
function parts(more: Partial<MarketParts> = {}) {
  const said: string[] = [];
  const clock = fakeClock();
  const choose = async (provider: string, name: string) => ({
    ...{ provider, name, tail: name, baseUrl: 'https://images.example/v1', organisation: `org-${name[0]}` },
    secret: async () => undefined,
    again: async () => undefined,
  });
  const all = {
    ...{ credentials: { choose }, clock, kill: new AbortController().signal, storeFolder: '/' },
    ...{ warn: (message: string) => said.push(message), notice: () => {}, learn: () => {} },
    ...more,
  } as unknown as MarketParts;
  return { all, said, clock };
}

const answerOf = (organisation: string) =>
  ({ ok: true, result: { headers: { 'openai-organization': organisation } } }) as never;

describe('keys of one organisation', () => {
  it('are used in one slot, and told of once', async () => {
    const { all, said } = parts();
    const { market, credentials } = await openMarket(recipe('a1', 'a2', 'b1'), all);
    expect([...market.payers.values()].map(({ keyName, weight }) => [keyName, weight])).toEqual([
      ['a1, a2', 2],
      ['b1', 1],
    ]);
    expect(credentials).toHaveLength(3);
    const [group] = market.payers.values();
    const [first, second] = [group?.next(), group?.next()];
    for (const payer of [first, second]) if (payer) market.attempts.observe(payer, answerOf('acme'));
    expect(said).toEqual([
      'the keys a1 and a2 belong to one organisation, which has one limit: together they are no faster',
    ]);
  });

  it('are not one key named twice', async () => {
    await expect(openMarket(recipe('a1', 'a1'), parts().all)).rejects.toMatchObject({
      message: 'the key a1 is named twice',
    });
  });
});

describe('how a run begins', () => {
  const inFlight = async (pace: Pace | undefined, more: Partial<RemoteRecipe> = {}) => {
    const clock = eventClock();
    const { all } = parts({ clock });
    const asked = { ...recipe('a1'), provider: { ...openaiEdits, ...(pace && { pace }) }, ...more };
    const { market } = await openMarket(
      { ...asked, maxWaitMs: 60_000 },
      { ...all, slots: memoryBook(clock) },
    );
    const stop = new AbortController();
    const job = {
      cost: { requests: 1, images: 1, tokens: 0 },
      attempt: () => new Promise<never>((_, reject) => stop.signal.addEventListener('abort', reject)),
    };
    const runs = Array.from({ length: 20 }, () => market.pool.run(job, stop.signal).catch(() => {}));
    await clock.run(clock.sleep(5_000));
    const count = market.pool.inFlight();
    stop.abort();
    await Promise.all(runs);
    return count;
  };

  it('is felt for, unless the service usually lets so many begin', async () => {
    expect(await inFlight(undefined)).toBeLessThanOrEqual(6);
    expect(await inFlight({ requestsPerMinute: 600 })).toBe(20);
    expect(await inFlight({ requestsPerMinute: 600 }, { stated: { requests: 6 } })).toBeLessThanOrEqual(6);
  });

  it('leaves no more waiting in the queue of a service than is usual, but for the user’s word', async () => {
    const pace = { requestsPerMinute: 600, inFlight: 3 };
    expect(await inFlight(pace)).toBe(3);
    expect(await inFlight(pace, { concurrency: 12 })).toBe(12);
  });
});

describe('paid bytes on a full disk', () => {
  const sqlite = Object.assign(new Error('database or disk is full'), { errcode: 13 });
  const fullLedger = new CommandError('no space left', { exitCode: exitCodes.temporary, cause: sqlite });

  it.each([
    ['the store', Object.assign(new Error('full'), { code: 'ENOSPC' })],
    ['the ledger', fullLedger],
  ])('wait for room in %s, whatever the longest wait for the service is', async (_where, error) => {
    const { all, said, clock } = parts();
    const { market } = await openMarket(recipe('a1'), all);
    for (let times = 0; times < 2_000; times++) await market.attempts.whenWritable(error);
    expect(clock.monotonicMs()).toBeGreaterThan(3_600_000);
    expect(said).toEqual([expect.stringContaining('a paid picture waits to be written')]);
  });

  it('wait no longer when the run is killed', async () => {
    const stop = new AbortController();
    const clock = { ...fakeClock(), sleep: async () => stop.signal.throwIfAborted() };
    stop.abort();
    const { market } = await openMarket(recipe('a1'), parts({ clock, kill: stop.signal }).all);
    await expect(market.attempts.whenWritable(fullLedger)).rejects.toBe(fullLedger);
  });

  it('do not wait for what does not pass', async () => {
    const { market } = await openMarket(recipe('a1'), parts().all);
    const error = Object.assign(new Error('read-only'), { code: 'EROFS' });
    await expect(market.attempts.whenWritable(error)).rejects.toBe(error);
  });
});

it('a store that cannot be written ends the run before anything is bought', async () => {
  const { all } = parts({
    store: {
      prove: async () => {
        throw cannotKeep('/paid', Object.assign(new Error('x'), { code: 'EIO' }));
      },
    } as never,
  });
  const { market } = await openMarket(recipe('a1'), all);
  const error = await market.attempts.takeRoom(new AbortController().signal).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(CommandError);
  expect(error).toMatchObject({ exitCode: 5, hint: expect.stringContaining('nothing was bought') });
});
