import pLimit from 'p-limit';
import type { Clock } from '../clock.ts';
import { GivenUp, ItemError } from '../errors.ts';
import type { CallCost, Pool } from '../pool/contract.ts';
import type { EnhanceRequest } from '../providers/enhance.ts';
import type { CostRange } from '../providers/model.ts';
import type { AttemptId, AttemptParts } from './attempt.ts';
import type { AttemptRow, PaidFacts, PaidStore, Purchase, PurchaseBook, Repeat } from './book.ts';
import { collect } from './collect.ts';
import { explain, notCollected, refuseToRepeat } from './explain.ts';
import { KeyLimitReached } from './key-limit.ts';
import { attemptByTurns, type PayerGroup } from './payer-group.ts';

/** A picture that was paid for. */
export interface Bought {
  readonly id: AttemptId;
  readonly facts: Pick<PaidFacts, 'costMicrousd' | 'costKind'>;
  /** The file with the service's answer. */
  readonly path: string;
  /** Whether it was bought before, or for another picture file with the same content. */
  readonly isReused: boolean;
}

/** What is to be sent, made ready only when it is. */
export interface Order {
  readonly request: EnhanceRequest;
  readonly expected: CostRange | undefined;
  readonly cost: CallCost;
}

export interface Customer {
  /** Makes ready what is to be sent. */
  prepare(): Promise<Order>;
  /** Called before a long wait for somebody else: lets go of what others may need. */
  letGo(): Promise<void>;
}

export interface Shop {
  /**
   * Buys a picture once: what was bought before, in this run or another, by this process or another, is taken from the
   * store. Throws ItemError for the picture, GivenUp where the run stops.
   */
  buy(purchase: Purchase, customer: Customer): Promise<Bought>;
  /** Notes that what was paid for turned out to be no picture. */
  complain(bought: Bought, reason: string): Promise<void>;
}

export interface ShopParts {
  readonly book: PurchaseBook;
  readonly store: PaidStore;
  readonly clock: Clock;
  /** Begin nothing new. */
  readonly drain: AbortSignal;
  readonly repeat: Repeat;
  /** The name of the service in messages. */
  readonly service: string;
  /** Undefined where nothing may be bought: what is in the store must do. */
  readonly market: Market | undefined;
}

export interface Market {
  readonly pool: Pool;
  /** By the id of their slot. */
  readonly payers: ReadonlyMap<string, PayerGroup>;
  readonly attempts: AttemptParts;
}

const otherPollMs = 500;
/** Jobs that are asked for at once. */
const collectsAtOnce = 32;

export function createShop(parts: ShopParts): Shop {
  const { book, store, clock, drain, market } = parts;
  const collecting = pLimit(collectsAtOnce);
  const underway = new Map<string, Promise<Bought>>();
  // What went wrong with a picture file itself: no matter of those with the same content.
  const ownFaults = new WeakSet<Error>();

  async function buyOnce(purchase: Purchase, customer: Customer): Promise<Bought> {
    for (;;) {
      const opening = await book.open(purchase, parts.repeat);
      if (opening.kind === 'mine') break;
      if (opening.kind === 'paid') {
        const bought = await fromStore(opening.attempt);
        if (bought !== undefined) return bought;
        continue;
      }
      if (opening.kind === 'collect') {
        const collected = await collectOnce(purchase, opening.attempt, customer);
        if (collected !== undefined) return collected;
        continue;
      }
      if (opening.kind !== 'other') throw refuseToRepeat(opening.attempt, opening.kind);
      await customer.letGo();
      await clock.sleep(otherPollMs, drain);
    }
    try {
      if (market === undefined) throw notBought();
      return await order(purchase, await prepare(customer), market);
    } finally {
      await book.close(purchase.key);
    }
  }

  // Undefined when there is nothing to collect any more: the purchase is to be looked at anew.
  async function collectOnce(
    { key }: Purchase,
    attempt: AttemptRow,
    customer: Customer,
  ): Promise<Bought | undefined> {
    const { id } = attempt;
    const boughtFor = (facts: PaidFacts) => ({ id, facts, path: store.pathOf(id), isReused: true });
    try {
      // Whoever collected it last may have died before the ledger knew.
      const kept = await store.find(id);
      if (kept !== undefined) {
        await book.pay(id, kept);
        return boughtFor(kept);
      }
      if (market === undefined) throw notCollected(attempt);
      const payers = [...market.payers.values()].flatMap((group) => group.payers);
      await customer.letGo();
      const collected = await collecting(() => collect(attempt, payers, market.attempts, drain));
      return collected.kind === 'paid' ? boughtFor(collected.facts) : undefined;
    } finally {
      await book.close(key);
    }
  }

  async function prepare(customer: Customer): Promise<Order> {
    try {
      return await customer.prepare();
    } catch (error) {
      if (error instanceof ItemError) ownFaults.add(error);
      throw error;
    }
  }

  // Undefined when the file is gone and the user wants the picture bought once more.
  async function fromStore({ id, costMicrousd, costKind }: AttemptRow): Promise<Bought | undefined> {
    const path = store.pathOf(id);
    if ((await store.find(id)) !== undefined) {
      return { id, facts: { costMicrousd, costKind }, path, isReused: true };
    }
    if (market !== undefined && parts.repeat.useless) {
      await book.payForNothing(id, 'its file is gone or damaged', {});
      return undefined;
    }
    throw new ItemError('paid-lost', `it was bought, but ${path} is gone or damaged`, {
      hint: 'bring the file back, or try all that failed in the run again, and pay again, with imgsys runs retry',
    });
  }

  async function order(
    { key }: Purchase,
    { request, expected, cost }: Order,
    { pool, payers, attempts }: Market,
  ): Promise<Bought> {
    let bought: Bought | undefined;
    const onPaid = (id: AttemptId, facts: PaidFacts) => {
      bought = { id, facts, path: store.pathOf(id), isReused: false };
    };
    const job = { key, request, expected, onPaid };
    await pool.run(
      {
        cost,
        async attempt(slot, signal) {
          const payer = payers.get(slot.id);
          if (payer === undefined) throw new Error(`no key for the slot ${slot.id}`);
          const outcome = await attemptByTurns(job, payer, attempts, signal);
          // Without another key the end of the run says it, once.
          if (payers.size === 1 && !outcome.ok && outcome.error instanceof KeyLimitReached)
            throw outcome.error;
          return outcome;
        },
      },
      drain,
    );
    if (bought === undefined) throw new Error('the pool ended a job without an attempt');
    return bought;
  }

  return {
    async buy(purchase, customer) {
      let before = underway.get(purchase.key);
      while (before !== undefined) {
        await customer.letGo();
        await before.catch((error) => {
          if (!ownFaults.has(error)) throw error;
        });
        const next = underway.get(purchase.key);
        before = next === before ? undefined : next;
      }
      const buying = buyOnce(purchase, customer).catch((error) => {
        if (drain.aborted && error === drain.reason) throw new GivenUp('the run stops', { cause: error });
        throw explain(error, parts.service, purchase.model);
      });
      underway.set(purchase.key, buying);
      try {
        return await buying;
      } finally {
        if (underway.get(purchase.key) === buying) underway.delete(purchase.key);
      }
    },
    complain: (bought, reason) => book.payForNothing(bought.id, reason, {}),
  };
}

function notBought(): ItemError {
  return new ItemError('not-bought', 'was not bought, and nothing is bought now', {
    hint: 'buy it with imgsys runs retry',
  });
}
