import type { CallError } from '../providers/enhance.ts';

/** `account`: no money. `no-key`: no key is accepted. `permission`: none may do this. `max-wait`: no slot opens in time. */
export type ClosedWhy = 'account' | 'no-key' | 'permission' | 'max-wait';

/** No call can be made any more, or not soon enough: ends the run, not one picture. */
export class PoolClosed extends Error {
  override readonly name = 'PoolClosed';
  readonly why: ClosedWhy;
  /** The answer that closed the last slot; undefined where another process got it. */
  readonly callError: CallError | undefined;
  /** For `max-wait`: how long until the first slot opens. */
  readonly waitMs: number | undefined;

  constructor(why: ClosedWhy, facts: { callError?: CallError | undefined; waitMs?: number } = {}) {
    super(sentences[why], facts.callError === undefined ? undefined : { cause: facts.callError });
    this.why = why;
    this.callError = facts.callError;
    this.waitMs = facts.waitMs;
  }
}

const sentences: Readonly<Record<ClosedWhy, string>> = {
  account: 'the account has no money left, or has reached its own limit',
  'no-key': 'no key is accepted by the service',
  permission: 'no key may do this',
  'max-wait': 'the service asks to wait longer than the longest wait',
};
