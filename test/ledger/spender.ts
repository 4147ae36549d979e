// A process of its own that buys under spending limits: spender.ts FILE JOURNAL MOST. Each call is billed in the journal
// after it is sent, as a service would, at a random price up to MOST. Says how many calls it made.
import { appendFileSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';
import { GivenUp } from '../../src/errors.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { admit } from '../../src/purchases/admit.ts';
import { never, newRun, paidFacts, purchase } from './rows.ts';

const [file = '', journal = '', most = '60000'] = process.argv.slice(2);
const reservedMicrousd = Number(most);
const ledger = await openLedger(file, systemClock, undefined, async () => undefined);
const run = await ledger.beginRun(newRun);
const book = bindPurchases(ledger, run);
const parts = { book, clock: systemClock, provider: { id: 'openai' }, notice: () => {} };
const { signal } = new AbortController();
let calls = 0;
console.log('ready');

async function spend(): Promise<void> {
  for (;;) {
    const key = `${run.id} ${calls++}`;
    if ((await book.open(purchase(key), never)).kind !== 'mine') throw new Error('not mine');
    const id = await admit(key, { keyName: 'openai/team', reservedMicrousd }, parts, signal);
    await book.sent(id);
    const costMicrousd = Math.ceil(Math.random() * reservedMicrousd);
    appendFileSync(journal, `${costMicrousd}\n`);
    await systemClock.sleep(Math.random() * 5);
    await book.pay(id, { ...paidFacts, costMicrousd });
    await book.close(key);
  }
}

const ends = await Promise.allSettled([spend(), spend(), spend()]);
for (const end of ends) {
  if (end.status === 'fulfilled' || !(end.reason instanceof GivenUp)) throw end;
}
await ledger.endRun(run, { state: 'finished', counts: null });
ledger.close();
console.log(String(calls));
