// Discovery's failures in words: one system error is one file's problem and never ends the walk.
import type { ItemReason } from '../errors.ts';
import { describeReadError } from '../system-errors.ts';
import type { Found } from './source.ts';

export type Problem = Extract<Found, { kind: 'problem' }>;

/** Something that cannot be a source; counted as failed unless `failed` is false. */
export function problem(
  shown: string,
  reason: ItemReason,
  message: string,
  options: { hint?: string; failed?: boolean } = {},
): Problem {
  const { hint, failed = true } = options;
  return { kind: 'problem', shown, reason, message, failed, ...(hint === undefined ? {} : { hint }) };
}

/** The problem a system error stands for. Throws what is no system error: that is a defect, not a bad file. */
export function problemFrom(error: unknown, shown: string): Problem {
  const { reason, message, hint } = describeReadError(error);
  return problem(shown, reason, message, hint === undefined ? {} : { hint });
}
