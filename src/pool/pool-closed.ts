import type { CallError } from '../providers/enhance.ts';

/**
 * `account`: no money or no allowance. `no-key`: no key is accepted. `permission`: none may do this. `max-wait`: no
 * slot opens in time.
 */
export type ClosedWhy = 'account' | 'no-key' | 'permission' | 'max-wait';

/** No call can be made any more, or not soon enough: ends the run, not one picture. */
export class PoolClosed extends Error {
  override readonly name = 'PoolClosed';
  readonly why: ClosedWhy;
  /** The answer that closed the last slot; undefined where another process got it. */
  readonly callError: CallError | undefined;
  /** For `max-wait`: how long until the first call may start; undefined where nobody knows. */
  readonly waitMs: number | undefined;
  /** For `max-wait` where nobody knows: for how long every call was refused. */
  readonly refusedMs: number | undefined;

  constructor(why: ClosedWhy, facts: ClosedFacts = {}) {
    super(sentence(why, facts), facts.callError === undefined ? undefined : { cause: facts.callError });
    this.why = why;
    this.callError = facts.callError;
    this.waitMs = facts.waitMs;
    this.refusedMs = facts.refusedMs;
  }
}

export interface ClosedFacts {
  readonly callError?: CallError | undefined;
  readonly waitMs?: number;
  readonly refusedMs?: number;
}

function sentence(why: ClosedWhy, { refusedMs }: ClosedFacts): string {
  if (refusedMs === undefined) return sentences[why];
  return `the service has refused every call for ${Math.round(refusedMs / 1000)} s, longer than the longest wait`;
}

const sentences: Readonly<Record<ClosedWhy, string>> = {
  account: 'the account has no money or no allowance left',
  'no-key': 'no key is accepted by the service',
  permission: 'no key may do this',
  'max-wait': 'the next call would have to wait longer than the longest wait',
};
