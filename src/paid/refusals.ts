// What the disk refuses the store of paid pictures, in words.
import { CommandError, exitCodes, ItemError, systemCode } from '../errors.ts';
import { describeReadError, describeWriteError } from '../system-errors.ts';
import { printable } from '../text.ts';

/** The ItemError for what could not be written into `folder`; what is no system error is handed back as it is. */
export function cannotKeep(folder: string, error: unknown): unknown {
  if (systemCode(error) === undefined) return error;
  const { reason, message } = describeWriteError(error);
  return new ItemError(
    reason === 'disk-full' ? reason : 'write-failed',
    `what was paid for cannot be kept in ${printable(folder)}: ${message}`,
    {
      hint:
        reason === 'disk-full' ? 'free some space on that disk' : 'check who may write there, and the disk',
      cause: error,
    },
  );
}

/** The end of a run before it bought anything: 5 where the disk may do it later, else 2. What is full stays the picture's. */
export function nothingBought(error: unknown): unknown {
  if (!(error instanceof ItemError) || error.reason === 'disk-full') return error;
  const hint = `${error.hint ?? 'look at the disk'}, or set IMGSYS_HOME to another folder; nothing was bought`;
  return new CommandError(error.message, { exitCode: exitCodeOf(error), hint, cause: error });
}

/** 5 for what may pass by itself, 2 for what somebody has to set right. */
export function exitCodeOf(error: unknown): 2 | 5 {
  const code = systemCode(error) ?? systemCode(error instanceof Error ? error.cause : undefined) ?? '';
  return passing.has(code) ? exitCodes.temporary : exitCodes.usage;
}

const passing: ReadonlySet<string> = new Set([
  ...['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'ESTALE', 'ENODEV', 'ENXIO', 'ETIMEDOUT', 'EMFILE', 'ENFILE'],
]);

/** True for what may be over in a moment: files that others have open, a hiccup of the disk. A full disk takes longer. */
export function mayPass(error: unknown): boolean {
  return momentary.has(systemCode(error) ?? '');
}

const momentary: ReadonlySet<string> = new Set([
  ...['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EINTR', 'EBUSY', 'EIO', 'ESTALE', 'ETIMEDOUT'],
]);

/** The same for what could not be read; an ItemError is handed back, too. */
export function cannotLook(folder: string, error: unknown): unknown {
  if (systemCode(error) === undefined) return error;
  return new ItemError(
    'read-failed',
    `what was paid for cannot be looked at in ${printable(folder)}: ${describeReadError(error).message}`,
    { hint: 'check its permissions and the disk, then run the command again', cause: error },
  );
}
