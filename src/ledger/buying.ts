import type { AttemptChange, AttemptState, NewAttempt, PaidFacts } from './attempts.ts';
import type { Connection } from './connection.ts';
import { type FindPaid, settleAttempts } from './left-attempts.ts';
import { localDay, tzOffsetMinutes } from './local-day.ts';
import { leftAt, type Opening, type Repeat, standing, takenOver, takePurchase } from './opening.ts';
import type { Purchase } from './purchase-table.ts';
import type { Run } from './runs.ts';

/**
 * The buying of pictures: who may buy which, and every step of every call. Each verb is durable when it resolves.
 * Throws CommandError naming the ledger when the disk or the file fails; Error for a step that cannot follow on the last.
 */
export class Buying {
  readonly #connection: Connection;
  readonly #findPaid: FindPaid;

  constructor(connection: Connection, findPaid: FindPaid) {
    this.#connection = connection;
    this.#findPaid = findPaid;
  }

  /**
   * Asks for the right to buy, and notes that the run wants it. What dead processes left of the purchase is settled
   * first. Throws what the store of paid pictures throws when it cannot be looked at.
   */
  async open(run: Run, purchase: Purchase, repeat: Repeat): Promise<Opening> {
    for (;;) {
      await settleAttempts(this.#connection, this.#findPaid, 'throw', (tables) =>
        leftAt(tables, purchase.key, this.#nowMs),
      );
      const opening = await this.#connection.write('durable', (tables) =>
        takePurchase(tables, run, purchase, repeat, this.#nowMs),
      );
      if (opening !== undefined) return opening;
    }
  }

  /** What `open` would answer without a word to repeat; writes nothing, so that a dry run may ask. */
  async look(key: string): Promise<Opening> {
    const [found, left] = this.#connection.read((tables) => [
      standing(tables, key, this.#nowMs),
      leftAt(tables, key, this.#nowMs).find(({ state }) => state === 'sent'),
    ]);
    if (left === undefined || found.kind === 'paid') return found;
    const facts = await this.#findPaid(left.id);
    if (facts === undefined) return { kind: 'unsettled', attempt: { ...left, state: 'unsettled' } };
    return { kind: 'paid', attempt: { ...left, ...facts, state: 'paid' } };
  }

  /** Gives up the right to buy. A call that has no end by now is settled as one of a dead process would be. */
  async close(run: Run, key: string): Promise<void> {
    await settleAttempts(this.#connection, this.#findPaid, 'leave', ({ attempts }) =>
      attempts.ofPurchase(key).filter(({ runId }) => runId === run.id),
    );
    await this.#connection.write('fast', ({ purchases }) => purchases.letGo(run.id, key));
  }

  /** Notes a call that is about to be made; answers its id. Throws ItemError when another run took the purchase over. */
  reserve(run: Run, key: string, attempt: NewAttempt): Promise<string> {
    return this.#connection.write('durable', ({ purchases, attempts }) => {
      if (purchases.holder(key) !== run.id) throw takenOver();
      const atMs = this.#nowMs;
      const moment = { atMs, localDay: localDay(atMs), tzOffsetMinutes: tzOffsetMinutes(atMs) };
      return attempts.insert({ ...attempt, purchaseKey: key, runId: run.id }, moment);
    });
  }

  /** Before the first byte leaves. Throws ItemError when another run took this one for dead and released the call. */
  sent(id: string): Promise<void> {
    return this.#connection.write('durable', ({ attempts }) => {
      if (!attempts.send(id, this.#nowMs)) throw takenOver();
    });
  }

  /** Never sent. */
  release(id: string): Promise<void> {
    return this.#step(id, ['reserved', 'released'], { state: 'released' });
  }

  /** The service said no, free of charge. */
  refuse(id: string, reason: string, requestId: string | undefined): Promise<void> {
    return this.#step(id, ['sent', 'unsettled'], { state: 'refused', reason, requestId });
  }

  /** No complete answer: it may have been charged. */
  unsettle(id: string, reason: string, requestId: string | undefined): Promise<void> {
    return this.#step(id, ['sent', 'unsettled'], { state: 'unsettled', reason, requestId });
  }

  /** Paid, and its bytes are in the store. */
  pay(id: string, facts: PaidFacts): Promise<void> {
    return this.#step(id, answered, { state: 'paid', facts });
  }

  /** Paid for nothing: also after `pay`, when the bytes turn out to be no picture or are lost. */
  payForNothing(id: string, reason: string, facts: Partial<PaidFacts>): Promise<void> {
    return this.#step(id, answered, { state: 'paid', useless: true, reason, facts });
  }

  get #nowMs(): number {
    return this.#connection.clock.now();
  }

  #step(id: string, from: readonly AttemptState[], change: AttemptChange): Promise<void> {
    return this.#connection.write('durable', ({ attempts }) => {
      const state = attempts.get(id)?.state;
      if (state === undefined || !from.includes(state)) {
        throw new Error(`the call ${id} is ${state ?? 'unknown'} and cannot become ${change.state}`);
      }
      attempts.change(id, change, this.#nowMs);
      if (change.state === 'paid' || change.state === 'unsettled') attempts.supersede(id);
    });
  }
}

// Another process may have taken this one for dead and settled the call before it ended after all.
const answered = ['sent', 'unsettled', 'paid'] as const;
