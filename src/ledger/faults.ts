// What went wrong with the database file, in words. Codes: https://sqlite.org/rescode.html
import { CommandError, type ExitCode, exitCodes } from '../errors.ts';
import { printable } from '../text.ts';

interface Fault {
  readonly exitCode: ExitCode;
  readonly says: (file: string) => string;
  readonly hint: string;
}

const elsewhere = 'set IMGSYS_HOME to a folder on a local disk that can be written';
const setAside =
  'put back a copy of it, or move the file aside to start a new ledger; what was finished, bought and spent is then forgotten, and may be bought again';

const faults: Readonly<Record<number, Fault>> = {
  3: {
    exitCode: exitCodes.usage,
    says: (file) => `no permission to use the ledger ${file}`,
    hint: elsewhere,
  },
  5: busy(),
  6: busy(),
  8: { exitCode: exitCodes.usage, says: (file) => `the ledger ${file} cannot be written`, hint: elsewhere },
  10: {
    exitCode: exitCodes.temporary,
    says: (file) => `the disk failed while the ledger ${file} was read or written`,
    hint: 'check the disk, then run the same command again',
  },
  11: { exitCode: exitCodes.usage, says: (file) => `the ledger ${file} is damaged`, hint: setAside },
  13: {
    exitCode: exitCodes.temporary,
    says: (file) => `no space left on the disk of the ledger ${file}`,
    hint: 'free some space, then run the same command again',
  },
  14: { exitCode: exitCodes.usage, says: (file) => `the ledger ${file} cannot be opened`, hint: elsewhere },
  15: busy(),
  26: { exitCode: exitCodes.usage, says: (file) => `${file} is not a ledger`, hint: setAside },
};

export function notALedger(file: string): CommandError {
  return new CommandError(`${printable(file)} is not a ledger`, {
    exitCode: exitCodes.usage,
    hint: setAside,
  });
}

/** Runs `task`; what the database file is at fault for is thrown as a CommandError that names `file`. */
export function inWords<T>(file: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    throw wordFault(file, error);
  }
}

/**
 * The same error as a CommandError where the database file is at fault, or the error itself. A value that was written as
 * JSON and is none any more means that the file is damaged.
 */
export function wordFault(file: string, error: unknown): unknown {
  if (error instanceof SyntaxError) return damaged(file, error);
  const fault = faults[primaryCode(error)];
  if (fault === undefined) return error;
  return new CommandError(fault.says(printable(file)), { ...fault, cause: error });
}

/** The same for an error of opening: there, a statement that does not fit the tables means that these are damaged. */
export function wordOpeningFault(file: string, error: unknown): unknown {
  return primaryCode(error) === 1 ? damaged(file, error) : wordFault(file, error);
}

function damaged(file: string, cause: unknown): CommandError {
  const message = `the ledger ${printable(file)} is damaged`;
  return new CommandError(message, { exitCode: exitCodes.usage, hint: setAside, cause });
}

/** True when another connection holds the lock that the statement needed. */
export function isBusy(error: unknown): boolean {
  return [5, 6, 15].includes(primaryCode(error));
}

/** True when the disk had no room for what was to be written. */
export function isFull(error: unknown): boolean {
  return primaryCode(error) === 13;
}

// Extended result codes keep the primary one in their low byte.
function primaryCode(error: unknown): number {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : 0;
}

function busy(): Fault {
  return {
    exitCode: exitCodes.temporary,
    says: (file) => `another process kept the ledger ${file} locked for too long`,
    hint: 'run the same command again',
  };
}
