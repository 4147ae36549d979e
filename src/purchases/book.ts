// What buying pictures needs of the ledger; src/context.ts binds the real one to the run. Every verb is durable when it
// resolves.
import type { TokenUsage } from '../providers/enhance.ts';

/** One picture to be bought: what it is made of and who pays. */
export interface Purchase {
  /** Hash of the source's bytes and of all that is sent. */
  readonly key: string;
  readonly sourceSha256: string;
  readonly sourcePath: string;
  /** Path below the run's own root, by which its output finds its place. */
  readonly relative: string;
  readonly provider: string;
  readonly model: string;
}

export type AttemptState = 'reserved' | 'sent' | 'paid' | 'refused' | 'released' | 'unsettled';

/** One call to a service, as the ledger keeps it. Money in micro-dollars, times in milliseconds since 1970. */
export interface AttemptRow {
  readonly id: number;
  readonly purchaseKey: string;
  readonly runId: string;
  readonly provider: string;
  readonly model: string;
  readonly keyName: string;
  readonly state: AttemptState;
  readonly sourcePath: string;
  /** The most it could cost; undefined where no price is known. */
  readonly reservedMicrousd: number | undefined;
  readonly costMicrousd: number | undefined;
  readonly costKind: 'measured' | 'derived' | 'unknown';
  readonly usage: TokenUsage | undefined;
  readonly requestId: string | undefined;
  /** Why it was refused, unsettled, or what was paid is of no use. */
  readonly reason: string | undefined;
  /** True for a paid one whose bytes were no picture. */
  readonly useless: boolean;
  /** How an unsettled one was settled: `charged`, `free`; `again` where the user had it bought again. */
  readonly settled: 'charged' | 'free' | 'again' | undefined;
  readonly reservedAtMs: number;
  readonly sentAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
}

export type Opening =
  /** This run's to buy; no other process buys it until `close`. */
  | { readonly kind: 'mine' }
  /** Bought already, its bytes are in the store under this attempt. */
  | { readonly kind: 'paid'; readonly attempt: AttemptRow }
  /** An earlier call may have been charged, or was charged for nothing. */
  | { readonly kind: 'unsettled' | 'useless'; readonly attempt: AttemptRow }
  /** A living process is buying it. */
  | { readonly kind: 'other'; readonly pid: number };

export interface NewAttempt {
  readonly keyName: string;
  readonly reservedMicrousd: number | undefined;
}

export interface PaidFacts {
  readonly costMicrousd: number | undefined;
  readonly costKind: 'measured' | 'derived' | 'unknown';
  readonly usage: TokenUsage | undefined;
  readonly requestId: string | undefined;
  /** SHA-256 of the bytes in the store. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface PurchaseBook {
  /**
   * Asks for the right to buy. Attempts of dead processes are settled first: `reserved` is released, `sent` is paid where
   * its bytes lie in the store, else unsettled. `again` is the user's word to buy what is unsettled or useless once more.
   */
  open(purchase: Purchase, again: boolean): Promise<Opening>;
  /** Gives up the right to buy. */
  close(key: string): Promise<void>;
  /** Notes an attempt that is about to be made; answers its id. */
  reserve(key: string, attempt: NewAttempt): Promise<number>;
  /** Before the first byte leaves. */
  sent(id: number): Promise<void>;
  /** Never sent. */
  release(id: number): Promise<void>;
  /** The service said no, free of charge. */
  refuse(id: number, reason: string, requestId: string | undefined): Promise<void>;
  /** No complete answer: it may have been charged. */
  unsettle(id: number, reason: string, requestId: string | undefined): Promise<void>;
  /** Paid, and its bytes are in the store. */
  pay(id: number, facts: PaidFacts): Promise<void>;
  /** Paid for nothing (also after `pay`, when the bytes turn out to be no picture). */
  payForNothing(id: number, reason: string, facts: Partial<PaidFacts>): Promise<void>;
}

/** What was paid for, on disk, synced, before anything local can fail; src/paid keeps it. */
export interface PaidStore {
  /** Writes the bytes and what is known of them; durable when it resolves. */
  put(attemptId: number, bytes: Buffer, facts: PaidFacts): Promise<void>;
  /** Keeps an answer that is of no use, for whoever asks for the money back. */
  putEvidence(attemptId: number, bytes: Buffer): Promise<void>;
  /** The file with the bytes; it may have been removed. */
  pathOf(attemptId: number): string;
  /** What `put` wrote; undefined where nothing, or not all of it, is there. */
  find(attemptId: number): Promise<PaidFacts | undefined>;
}
