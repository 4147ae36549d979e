// A reference from which no usable key comes. Messages name the reference, never what it led to.
import { CommandError, exitCodes } from '../errors.ts';

/** Exit 4. `from` is the reference as `describeReference` writes it; `cause` may hold no value. */
export function noKey(from: string, reason: string, hint: string, cause?: unknown): CommandError {
  const options = { exitCode: exitCodes.noKey, hint };
  return new CommandError(
    `no usable key from ${from}: ${reason}`,
    cause === undefined ? options : { ...options, cause },
  );
}
