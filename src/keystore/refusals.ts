// Why the store is not opened or not changed, and what to do next.
import { CommandError, exitCodes } from '../errors.ts';
import { printable } from '../text.ts';

/** The file is there and cannot be believed; it is never taken for an empty one, nor written over. */
export function corrupt(file: string, reason: string, cause?: unknown): CommandError {
  return new CommandError(`the key store ${printable(file)} is damaged: ${reason}`, {
    exitCode: exitCodes.keyStoreLocked,
    hint: `put back a copy of it, or move it aside and add the keys again: mv ${quoted(file)} ${quoted(`${file}.damaged`)}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

export function newerVersion(file: string, found: unknown): CommandError {
  return new CommandError(
    `the key store ${printable(file)} has version ${printable(String(found)).slice(0, 20)}, which this imgsys does not know`,
    { exitCode: exitCodes.keyStoreLocked, hint: 'install a newer imgsys; the file was left as it is' },
  );
}

/** A file or folder that others may have read or may change; `remedy` is the command that mends it. */
export function unsafe(path: string, reason: string, remedy: string): CommandError {
  return new CommandError(`${printable(path)} is not safe to use: ${reason}`, {
    exitCode: exitCodes.keyStoreLocked,
    hint: remedy,
  });
}

/** The disk does not take it. */
export function cannotBeWritten(path: string, reason: string, cause: unknown): CommandError {
  return cannotUnlock(
    `${printable(path)} cannot be written: ${reason}`,
    'nothing was changed; set IMGSYS_HOME to a folder of your own that can be written',
    cause,
  );
}

export function locked(file: string): CommandError {
  return new CommandError(`the key store ${printable(file)} is held by another process`, {
    exitCode: exitCodes.locked,
    hint: 'run the command again when the other imgsys has finished with it',
  });
}

/** The key is not the one that was looked at, checked or asked about. */
export function changedMeanwhile(id: string): CommandError {
  return new CommandError(`${id} was changed meanwhile by another process`, {
    exitCode: exitCodes.locked,
    hint: 'it was left as that one made it; look at imgsys key list, and run the command again',
  });
}

/** What was asked for cannot be done. */
export function refused(message: string, hint?: string): CommandError {
  return new CommandError(message, { exitCode: exitCodes.usage, ...(hint === undefined ? {} : { hint }) });
}

export function cannotUnlock(message: string, hint: string, cause?: unknown): CommandError {
  return new CommandError(message, {
    exitCode: exitCodes.keyStoreLocked,
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Nothing on this machine protects a key: refused, with the ways out. */
export function noSafePlace(reason: string, provider: string | undefined): CommandError {
  const variable = `IMGSYS_KEY_${(provider ?? '<provider>').toUpperCase().replaceAll('-', '_')}`;
  return cannotUnlock(
    `no place to keep keys safely on this machine (${reason})`,
    `choose one of these:
  at a terminal, run the command again and give the store a passphrase
  set IMGSYS_PASSPHRASE_FILE to a file of yours (mode 600) that holds a passphrase
  unlock a keychain (Secret Service) in this session
  keep nothing: set ${variable}, or store a reference: imgsys key add ${provider ?? 'PROVIDER'} --ref file:/run/secrets/key
  weak, protects only copies made without the file: imgsys key store add-keyfile PATH`,
  );
}

/** A path as a shell takes it. */
export function quoted(path: string): string {
  return /^[\w./~+:@%-]+$/.test(path) ? path : `'${printable(path).replaceAll("'", `'\\''`)}'`;
}
