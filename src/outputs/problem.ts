// Failures to write, in words.
import { systemCode } from '../errors.ts';
import { describeWriteError } from '../system-errors.ts';

/** The ItemError a system error stands for; what is none (a defect, an ItemError) is handed back as it is. */
export function asWriteError(error: unknown): unknown {
  return systemCode(error) === undefined ? error : describeWriteError(error);
}
