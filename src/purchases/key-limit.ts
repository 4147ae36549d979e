import type { GivenUp } from '../errors.ts';
import { CallError } from '../providers/enhance.ts';

/** A spending limit of one key keeps it from paying in this run: nothing was sent, and another key may go on. */
export class KeyLimitReached extends CallError {
  /** What ends the run when no other key is left. */
  readonly end: GivenUp;

  constructor(provider: string, end: GivenUp) {
    super(end.message, { provider, kind: 'quota', charge: 'none', hint: end.hint });
    this.end = end;
  }
}
