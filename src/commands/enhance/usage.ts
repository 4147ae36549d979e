import { CommandError, exitCodes } from '../../errors.ts';

/** A mistake on the command line: exit 2. */
export function usage(message: string, hint?: string): CommandError {
  return new CommandError(message, { exitCode: exitCodes.usage, ...(hint ? { hint } : {}) });
}
