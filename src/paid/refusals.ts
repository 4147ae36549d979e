// What the disk refuses the store of paid pictures, in words.
import { ItemError, systemCode } from '../errors.ts';
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

/** The same for what could not be read; an ItemError is handed back, too. */
export function cannotLook(folder: string, error: unknown): unknown {
  if (systemCode(error) === undefined) return error;
  return new ItemError(
    'read-failed',
    `what was paid for cannot be looked at in ${printable(folder)}: ${describeReadError(error).message}`,
    { hint: 'check its permissions and the disk, then run the command again', cause: error },
  );
}
