// A ledger with purchases, and their pictures where they are kept.
import { createHash } from 'node:crypto';
import type { NewAttempt } from '../../src/ledger/attempts.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { openPaidStore } from '../../src/paid/store.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { fakeClock } from '../helpers/clock.ts';
import { never, newRun, paidFacts, purchase, reserve } from '../ledger/rows.ts';

const attempt: NewAttempt = {
  ...{ keyName: 'openai/team', reservedMicrousd: 60_000, price: undefined },
} as NewAttempt;

/** Buys eight pictures in one run; answers the names of the calls. `whileOpen` is called before the ledger is closed. */
export async function buyIn(
  paths: { readonly ledger: string; readonly paid: string },
  whileOpen = () => {},
): Promise<string[]> {
  const ledger = await openLedger(paths.ledger, fakeClock());
  const store = openPaidStore(paths.paid);
  const run = await ledger.beginRun(newRun);
  const book = bindPurchases(ledger, run);
  const ids: string[] = [];
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    await book.open(purchase(key), never);
    const id = await reserve(book, key, attempt);
    await book.sent(id);
    const bytes = Buffer.from(`the picture ${key}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const facts = { ...paidFacts, sha256, bytes: bytes.length };
    await store.put(id, bytes, facts);
    await book.pay(id, facts);
    await book.close(key);
    ids.push(id);
  }
  await ledger.endRun(run, { state: 'finished', counts: {} });
  whileOpen();
  ledger.close();
  return ids;
}
