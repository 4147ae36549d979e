import { describe, expect, it } from 'vitest';
import { ItemError } from '../../src/errors.ts';
import type { PurchaseBook } from '../../src/purchases/book.ts';
import { type Customer, createShop, type Market, type ShopParts } from '../../src/purchases/shop.ts';
import { fakeClock } from '../helpers/clock.ts';

const purchase = {
  ...{ key: 'k', sourceSha256: 's', sourcePath: '/a.jpg', relative: 'a.jpg', provider: 'openai', model: 'm' },
};

// A shop in which every call ends with `end`; answers how many purchases were under way at once, at most.
function shopWith(end: unknown) {
  let [open, most] = [0, 0];
  const book: Partial<PurchaseBook> = {
    async open() {
      open += 1;
      most = Math.max(most, open);
      return { kind: 'mine' };
    },
    async close() {
      open -= 1;
    },
  };
  const calls: unknown[] = [];
  const run = async () => {
    calls.push(end);
    throw end;
  };
  const market = { pool: { run }, payers: new Map(), attempts: {} } as unknown as Market;
  const shop = createShop({
    ...{ book, market, clock: fakeClock(), drain: new AbortController().signal, service: 'OpenAI' },
    repeat: { unsettled: false, useless: false },
  } as unknown as ShopParts);
  return { shop, calls, most: () => most };
}

const customer = (prepare: () => Promise<unknown>): Customer =>
  ({ prepare, letGo: async () => {} }) as unknown as Customer;
const sound = customer(async () => ({}));
const outcomeOf = (buying: Promise<unknown>): Promise<{ reason?: string }> =>
  buying.then(
    () => ({}),
    (error) => error,
  );

describe('files with the same content', () => {
  it('do not inherit what is wrong with the first file', async () => {
    const { shop, calls, most } = shopWith(new ItemError('provider-failed', 'busy'));
    const gone = new ItemError('not-found', 'no such file');
    const outcomes = await Promise.all(
      [customer(async () => Promise.reject(gone)), sound, sound].map((each) =>
        outcomeOf(shop.buy(purchase, each)),
      ),
    );
    expect(outcomes).toMatchObject([
      { reason: 'not-found' },
      { reason: 'provider-failed' },
      { reason: 'provider-failed' },
    ]);
    expect([calls.length, most()]).toEqual([1, 1]);
  });

  it('share what became of the purchase', async () => {
    const { shop, calls } = shopWith(new ItemError('unsettled', 'no answer'));
    const outcomes = await Promise.all(
      [sound, sound, sound].map((each) => outcomeOf(shop.buy(purchase, each))),
    );
    expect(outcomes.map(({ reason }) => reason)).toEqual(['unsettled', 'unsettled', 'unsettled']);
    expect(calls).toHaveLength(1);
  });
});
