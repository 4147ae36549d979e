// The ledger as the buying of pictures and the pool see it.
import type { Ledger } from './ledger/ledger.ts';
import type { Run } from './ledger/runs.ts';
import type { SlotBook } from './pool/book.ts';
import type { PurchaseBook } from './purchases/book.ts';

/** The purchases of one run, which may cost `maxRunMicrousd`; `ledger` was opened with the store of paid pictures. */
export function bindPurchases({ buying }: Ledger, run: Run, maxRunMicrousd?: number): PurchaseBook {
  return {
    open: (purchase, repeat) => buying.open(run, purchase, repeat),
    close: (key) => buying.close(run, key),
    reserve: (key, attempt) => buying.reserve(run, key, attempt, maxRunMicrousd),
    sent: (id) => buying.sent(id),
    accepted: (id, job) => buying.accepted(id, job),
    release: (id) => buying.release(id),
    refuse: (id, reason, requestId) => buying.refuse(id, reason, requestId),
    unsettle: (id, reason, requestId) => buying.unsettle(id, reason, requestId),
    abandon: (id, reason, requestId) => buying.abandon(id, reason, requestId),
    pay: (id, facts) => buying.pay(id, facts),
    payForNothing: (id, reason, facts) => buying.payForNothing(id, reason, facts),
  };
}

/** What the pools of all processes share. */
export function bindSlots({ slots }: Ledger): SlotBook {
  return slots;
}
