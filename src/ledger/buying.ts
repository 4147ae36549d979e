import { type Allowance, allow, type Call } from './allowance.ts';
import {
  type AttemptChange,
  type AttemptState,
  isCollectable,
  type NewAttempt,
  type PaidFacts,
} from './attempts.ts';
import type { CalendarState, Reading } from './calendar.ts';
import type { Connection } from './connection.ts';
import { type FindPaid, leftByDead, settleAttempts } from './left-attempts.ts';
import type { Limit, Standing } from './limit-table.ts';
import { tzOffsetMinutes } from './local-day.ts';
import type { MachineTime } from './machine-time.ts';
import { leftAt, type Opening, type Repeat, standing, takenOver, takePurchase } from './opening.ts';
import type { Purchase } from './purchase-table.ts';
import { readClocks } from './read-clocks.ts';
import type { Run } from './runs.ts';
import type { Tables } from './tables.ts';

export interface BuyingParts {
  readonly findPaid: FindPaid;
  readonly time: MachineTime;
}

/** A call that may be made, or why it may not, now or at all. */
export type Reservation =
  | { readonly kind: 'reserved'; readonly id: string; readonly soft: readonly Standing[] }
  | Exclude<Allowance, { readonly kind: 'yes' }>;

/**
 * The buying of pictures: who may buy which, and every step of every call. Each verb is durable when it resolves.
 * Throws CommandError naming the ledger when the disk or the file fails; Error for a step that cannot follow on the last.
 */
export class Buying {
  readonly #connection: Connection;
  readonly #findPaid: FindPaid;
  readonly #time: MachineTime;
  readonly #told = new Set<string>();

  constructor(connection: Connection, { findPaid, time }: BuyingParts) {
    this.#connection = connection;
    this.#findPaid = findPaid;
    this.#time = time;
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
    const [found, left] = this.#connection.readAtOnce((tables) => [
      standing(tables, key, this.#nowMs),
      leftAt(tables, key, this.#nowMs).find(({ state }) => state === 'sent'),
    ]);
    if (left === undefined || found.kind === 'paid') return found;
    const facts = await this.#findPaid(left.id);
    const unsettled = { ...left, state: 'unsettled' as const };
    if (facts === undefined)
      return { kind: isCollectable(unsettled) ? 'collect' : 'unsettled', attempt: unsettled };
    return { kind: 'paid', attempt: { ...left, ...facts, state: 'paid' } };
  }

  /** Gives up the right to buy. A call that has no end by now is settled as one of a dead process would be. */
  async close(run: Run, key: string): Promise<void> {
    await settleAttempts(this.#connection, this.#findPaid, 'leave', ({ attempts }) =>
      attempts.ofPurchase(key).filter(({ runId }) => runId === run.id),
    );
    await this.#connection.write('fast', ({ purchases }) => purchases.letGo(run.id, key));
  }

  /**
   * Notes a call that is about to be made, if all limits allow it; `maxRunMicrousd` is the run's own. A soft limit is
   * told once in a run. Throws ItemError when another run took the purchase over.
   */
  async reserve(run: Run, key: string, attempt: NewAttempt, maxRunMicrousd?: number): Promise<Reservation> {
    const call = { ...attempt, runId: run.id, maxRunMicrousd };
    let reservation = await this.#reserve(key, call);
    if (reservation.kind === 'wait') {
      // Dead processes give back what they had reserved.
      await settleAttempts(this.#connection, this.#findPaid, 'leave', (tables) =>
        leftByDead(tables, this.#nowMs),
      );
      reservation = await this.#reserve(key, call);
    }
    if (reservation.kind !== 'reserved') return reservation;
    return { ...reservation, soft: reservation.soft.filter(({ limit }) => this.#tellOnce(run, limit)) };
  }

  /** Before the first byte leaves. Throws ItemError when another run took this one for dead and released the call. */
  sent(id: string): Promise<void> {
    return this.#connection.write('durable', ({ attempts }) => {
      if (!attempts.send(id, this.#nowMs)) throw takenOver();
    });
  }

  /**
   * The service has taken it on as a job of its own, which can be collected by this id: also when another process took
   * this one for dead meanwhile.
   */
  accepted(id: string, job: string): Promise<void> {
    return this.#connection.write('durable', ({ attempts }) => {
      const state = attempts.get(id)?.state;
      if (state !== 'sent' && state !== 'unsettled') {
        throw new Error(`the call ${id} is ${state ?? 'unknown'} and cannot be a job`);
      }
      attempts.accept(id, job);
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

  /** Unsettled, and its job is over for good: there is nothing left to collect. */
  abandon(id: string, reason: string, requestId: string | undefined): Promise<void> {
    const change = { state: 'unsettled', reason, requestId } as const;
    return this.#step(id, ['sent', 'unsettled'], change, ({ attempts }) => attempts.accept(id, undefined));
  }

  /** Paid, and its bytes are in the store. */
  pay(id: string, facts: PaidFacts): Promise<void> {
    return this.#step(id, answered, { state: 'paid', facts });
  }

  /** Paid for nothing: also after `pay`, when the bytes turn out to be no picture or are lost. */
  payForNothing(id: string, reason: string, facts: Partial<PaidFacts>): Promise<void> {
    return this.#step(id, answered, { state: 'paid', useless: true, reason, facts });
  }

  #tellOnce(run: Run, { scope, name, period }: Limit): boolean {
    const limit = JSON.stringify([run.id, scope, name, period]);
    const isNew = !this.#told.has(limit);
    this.#told.add(limit);
    return isNew;
  }

  get #nowMs(): number {
    return this.#connection.clock.now();
  }

  async #reserve(key: string, call: NewAttempt & Omit<Call, 'provider'>): Promise<Reservation> {
    const ask = (tables: Tables, { latestDay }: CalendarState): Allowance => {
      const { provider, holder } = tables.purchases.get(key) ?? {};
      if (provider === undefined || holder !== call.runId) throw takenOver();
      return allow(tables, { ...call, provider }, latestDay);
    };
    // Those who wait ask again and again, and a look costs nobody anything.
    const look = this.#connection.read((tables) => ask(tables, tables.calendar.look(this.#clocks)));
    if (look.kind !== 'yes') return look;
    return this.#connection.write('durable', (tables) => {
      const calendar = tables.calendar.advance(this.#clocks);
      const allowance = ask(tables, calendar);
      if (allowance.kind !== 'yes') return allowance;
      const [atMs, localDay] = [this.#nowMs, calendar.latestDay];
      const moment = { atMs, localDay, tzOffsetMinutes: tzOffsetMinutes(atMs) };
      const id = tables.attempts.insert({ ...call, purchaseKey: key }, moment);
      return { kind: 'reserved', id, soft: allowance.soft };
    });
  }

  get #clocks(): Reading {
    return readClocks(this.#connection.clock, this.#time);
  }

  #step(
    id: string,
    from: readonly AttemptState[],
    change: AttemptChange,
    alsoIn: (tables: Tables) => void = () => {},
  ): Promise<void> {
    return this.#connection.write('durable', (tables) => {
      const { attempts } = tables;
      const { state, job } = attempts.get(id) ?? {};
      if (state === undefined || !from.includes(state)) {
        if (job !== undefined && isAnswered(state) && change.state !== 'paid') return;
        throw new Error(`the call ${id} is ${state ?? 'unknown'} and cannot become ${change.state}`);
      }
      attempts.change(id, change, this.#nowMs);
      alsoIn(tables);
      if (change.state === 'paid' || change.state === 'unsettled') attempts.supersede(id);
    });
  }
}

// Another process may have taken this one for dead and settled the call before it ended after all.
const answered = ['sent', 'unsettled', 'paid'] as const;

// Or it has collected the job, and knows what became of it.
function isAnswered(state: AttemptState | undefined): boolean {
  return state === 'paid' || state === 'refused';
}
