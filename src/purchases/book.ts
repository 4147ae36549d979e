// What buying pictures needs of the ledger; src/context.ts binds the real one to the run. Every verb is durable when it
// resolves.
import type { NewAttempt, PaidFacts } from '../ledger/attempts.ts';
import type { Reservation } from '../ledger/buying.ts';
import type { Opening, Repeat } from '../ledger/opening.ts';
import type { Purchase } from '../ledger/purchase-table.ts';

export type { AttemptRow, AttemptState, NewAttempt, PaidFacts } from '../ledger/attempts.ts';
export type { Reservation } from '../ledger/buying.ts';
export type { Limit, Standing } from '../ledger/limit-table.ts';
export type { Opening, Repeat } from '../ledger/opening.ts';
export type { Purchase } from '../ledger/purchase-table.ts';

export interface PurchaseBook {
  /**
   * Asks for the right to buy. Attempts of dead processes are settled first: `reserved` is released, `sent` is paid where
   * its bytes lie in the store, else unsettled. `repeat` is the user's word.
   */
  open(purchase: Purchase, repeat: Repeat): Promise<Opening>;
  /** Gives up the right to buy. */
  close(key: string): Promise<void>;
  /** Notes an attempt that is about to be made, if the spending limits allow it. */
  reserve(key: string, attempt: NewAttempt): Promise<Reservation>;
  /** Before the first byte leaves. */
  sent(id: string): Promise<void>;
  /** The service has taken it on as a job of its own, which can be collected by this id. */
  accepted(id: string, job: string): Promise<void>;
  /** Never sent. */
  release(id: string): Promise<void>;
  /** The service said no, free of charge. */
  refuse(id: string, reason: string, requestId: string | undefined): Promise<void>;
  /** No complete answer: it may have been charged. */
  unsettle(id: string, reason: string, requestId: string | undefined): Promise<void>;
  /** The service's job is over for good without an answer: it may have been charged, and nothing is left to collect. */
  abandon(id: string, reason: string, requestId: string | undefined): Promise<void>;
  /** Paid, and its bytes are in the store. */
  pay(id: string, facts: PaidFacts): Promise<void>;
  /** Paid for nothing (also after `pay`, when the bytes turn out to be no picture). */
  payForNothing(id: string, reason: string, facts: Partial<PaidFacts>): Promise<void>;
}

/** What was paid for, on disk, synced, before anything local can fail; src/paid keeps it. */
export interface PaidStore {
  /** Throws where nothing could be kept. */
  prove(): Promise<void>;
  /** Writes the bytes and what is known of them; durable when it resolves. */
  put(attemptId: string, bytes: Buffer, facts: PaidFacts): Promise<void>;
  /** Keeps an answer that is of no use, for whoever asks for the money back. */
  putEvidence(attemptId: string, bytes: Buffer): Promise<void>;
  /** The file with the bytes; it may have been removed. */
  pathOf(attemptId: string): string;
  /** The file with an answer that is of no use. */
  evidencePathOf(attemptId: string): string;
  /** What `put` wrote; undefined where nothing, or not all of it, is there. */
  find(attemptId: string): Promise<PaidFacts | undefined>;
}
