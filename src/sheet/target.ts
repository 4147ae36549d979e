import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { CommandError, exitCodes, ItemError, systemCode } from '../errors.ts';
import { describeReadError } from '../system-errors.ts';
import { printable } from '../text.ts';
import { marker } from './html.ts';

/** Throws CommandError (2) unless a sheet may be written under this name: nothing stands there, or an older sheet. */
export async function checkTarget(path: string, shown: string): Promise<void> {
  if (!/\.html?$/i.test(path)) {
    throw refused(`a contact sheet is a page: ${printable(shown)}`, 'give it a name that ends in .html');
  }
  const head = await headOf(path, shown);
  if (head === undefined || head === marker) return;
  throw refused(
    `${printable(shown)} is there and is no contact sheet`,
    'choose another name: only an older contact sheet is replaced (it begins with <!-- imgsys contact sheet -->)',
  );
}

async function headOf(path: string, shown: string): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile())
        throw refused(`${printable(shown)} is no file`, 'choose another name');
      const { buffer, bytesRead } = await file.read(Buffer.alloc(marker.length), 0, marker.length, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (systemCode(error) === 'ENOENT') return undefined;
    const { message } = describeReadError(error);
    throw refused(`${printable(shown)}: ${message}`, 'choose another name', error);
  }
}

/** A sheet that could not be written, as the end of the command. Hands back what is none of the system's errors. */
export function asSheetError(error: unknown, shown: string): unknown {
  if (!(error instanceof ItemError)) return error;
  const hint = error.hint ?? 'choose another place';
  return new CommandError(`the contact sheet ${printable(shown)}: ${error.message}`, {
    ...{ exitCode: error.reason === 'disk-full' ? exitCodes.temporary : exitCodes.usage, hint, cause: error },
  });
}

function refused(message: string, hint: string, cause?: unknown): CommandError {
  return new CommandError(message, { exitCode: exitCodes.usage, hint, cause });
}
