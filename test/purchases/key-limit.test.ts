// Two keys with slots of their own, as a run has them: what a spending limit of one of them does.
import { expect, it } from 'vitest';
import { GivenUp } from '../../src/errors.ts';
import type { PoolNotice } from '../../src/pool/contract.ts';
import { createPool } from '../../src/pool/pool.ts';
import type { AttemptParts, Payer } from '../../src/purchases/attempt.ts';
import type { PurchaseBook, Standing } from '../../src/purchases/book.ts';
import { groupPayers } from '../../src/purchases/payer-group.ts';
import { type Customer, createShop, type Order, type ShopParts } from '../../src/purchases/shop.ts';
import { fakeClock } from '../helpers/clock.ts';
import { memoryBook } from '../helpers/memory-book.ts';

const payer = (keyName: string): Payer => ({
  ...{ id: keyName, keyName, weight: 1, baseUrl: 'https://images.example/v1' },
  secret: async () => undefined,
  again: async () => undefined,
});
const standingOf = (name: string): Standing => ({
  limit: { ...{ scope: 'key', name, period: 'day', amountMicrousd: 1 }, soft: undefined, warnOnly: false },
  ...{ spentMicrousd: 1, unsettledMicrousd: 0, reservedMicrousd: 0, leftMicrousd: 0, uncounted: 0 },
  endsAtMs: undefined,
});

// A shop that buys with `keys`, of which `atLimit` may spend nothing; answers who paid, and whom the pool gave up.
function shopWith(keys: readonly string[], atLimit: readonly string[]) {
  const clock = fakeClock();
  const paid: string[] = [];
  const notices: PoolNotice[] = [];
  const book = {
    open: async () => ({ kind: 'mine' }),
    close: async () => {},
    reserve: async (_key: string, { keyName }: { keyName: string }) =>
      atLimit.includes(keyName)
        ? { kind: 'over', standing: standingOf(keyName) }
        : { kind: 'reserved', id: keyName, soft: [] },
    sent: async () => {},
    pay: async (id: string) => paid.push(id),
  } as unknown as PurchaseBook;
  const payers = new Map(keys.map((name) => [name, groupPayers([payer(name)], () => undefined)]));
  const pool = createPool(
    { slots: [...payers.values()], stated: {}, concurrency: 'auto', maxWaitMs: 60_000 },
    { book: memoryBook(clock), clock, events: { notice: (notice) => notices.push(notice) } },
  );
  const store = { put: async () => {}, pathOf: (id: string) => `/${id}` };
  const attempts = {
    ...{ book, clock, store, ended: new AbortController(), kill: new AbortController().signal },
    ...{ takeRoom: async () => () => {}, observe: () => {}, notice: () => {} },
    provider: {
      id: 'openai',
      async enhance(_request: unknown, { beforeSend }: { beforeSend(): Promise<void> }) {
        await beforeSend();
        return { bytes: Buffer.from('x'), headers: {} };
      },
      costOf: () => 1,
    },
  } as unknown as AttemptParts;
  const shop = createShop({
    ...{ book, store, clock, drain: new AbortController().signal, service: 'OpenAI' },
    ...{ repeat: { unsettled: false, useless: false }, market: { pool, payers, attempts } },
  } as unknown as ShopParts);
  const order: Order = {
    request: {},
    expected: undefined,
    cost: { requests: 1, images: 1, tokens: 1 },
  } as never;
  const customer: Customer = { prepare: async () => order, letGo: async () => {} };
  const buy = (key: string) =>
    shop.buy(
      { ...{ key, sourceSha256: 's', sourcePath: '/a', relative: 'a', provider: 'openai', model: 'm' } },
      customer,
    );
  return { buy, paid, benched: () => notices.map(({ kind, keyName }) => [kind, keyName]) };
}

it('leaves the calls to the other key, and is told once', async () => {
  const { buy, paid, benched } = shopWith(['a', 'b'], ['a']);
  for (const key of ['1', '2', '3', '4']) await buy(key);
  expect(paid).toEqual(['b', 'b', 'b', 'b']);
  expect(benched()).toEqual([['benched', 'a']]);
});

it.each([
  [['a', 'b'], 1],
  [['a'], 0],
])('ends the run when it is that of the last key (%o)', async (keys, told) => {
  const { buy, paid, benched } = shopWith(keys, keys);
  const error = await buy('1').catch((thrown) => thrown);
  expect(error).toBeInstanceOf(GivenUp);
  expect(error).toMatchObject({
    stop: 'spending-limit',
    hint: expect.stringContaining('raise it: imgsys usage limit set'),
  });
  expect([paid, benched().length]).toEqual([[], told]);
});
