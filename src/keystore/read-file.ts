// Reading what must be private: refused, never mended, when others could have read or changed it.
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../errors.ts';
import { quoted, unsafe } from './refusals.ts';

const maxBytes = 16 * 2 ** 20;

/** The next step for a private file, by what it holds: when others may have read it, and when it is not a file. */
export interface Remedies {
  readonly seen: string;
  readonly notFile: (file: string) => string;
}

const ofStore: Remedies = {
  seen: 'replace the keys in it',
  notFile: (file) => `move it aside: ${quoted(file)}`,
};

/**
 * The text of a private file in a private folder, or undefined where there is none. Throws CommandError 12 if file
 * or folder is a symbolic link, another user's, open to group or others, or the file has a second name.
 */
export function readPrivateFile(file: string): Buffer | undefined {
  if (!checkFolder(dirname(file))) return undefined;
  return readOwnFile(file);
}

/** The same for a file whose folder need not be private. */
export function readOwnFile(file: string, remedies: Remedies = ofStore): Buffer | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const named = look(file);
  if (named === undefined) return undefined;
  checkFile(file, named, remedies);
  const descriptor = openAs(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    // Once more on what was opened: the name may mean another file by now.
    const stats = fstatSync(descriptor);
    checkFile(file, stats, remedies);
    if (stats.size > maxBytes) throw unsafe(file, 'it is larger than 16 MiB', remedies.notFile(file));
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Checks a folder that holds private files. False when it is not there. */
export function checkFolder(folder: string): boolean {
  const stats = look(folder);
  if (stats === undefined) return false;
  if (stats.isSymbolicLink())
    throw unsafe(folder, 'it is a symbolic link', 'set IMGSYS_HOME to a real folder');
  if (!stats.isDirectory()) throw unsafe(folder, 'it is not a folder', 'set IMGSYS_HOME to a folder');
  checkOwner(folder, stats);
  if (openToOthers(stats)) {
    throw unsafe(
      folder,
      `others may use this folder (mode ${modeOf(stats)})`,
      `run: chmod 700 ${quoted(folder)}`,
    );
  }
  return true;
}

/** Checks a private file by what its name or an open descriptor says of it. */
export function checkFile(file: string, stats: Stats, remedies: Remedies = ofStore): void {
  if (stats.isSymbolicLink()) {
    throw unsafe(file, 'it is a symbolic link', `replace it by a file of your own: ${quoted(file)}`);
  }
  if (!stats.isFile()) throw unsafe(file, 'it is not a regular file', remedies.notFile(file));
  checkOwner(file, stats);
  if (openToOthers(stats)) {
    throw unsafe(
      file,
      `others may have read or changed it (mode ${modeOf(stats)})`,
      `if you trust what it holds, run: chmod 600 ${quoted(file)}; else ${remedies.seen}`,
    );
  }
  if (stats.nlink > 1) {
    throw unsafe(
      file,
      `it has ${stats.nlink} names (hard links)`,
      `keep one: cp ${quoted(file)} ${quoted(`${file}.copy`)} && chmod 600 ${quoted(`${file}.copy`)} && mv ${quoted(`${file}.copy`)} ${quoted(file)}`,
    );
  }
}

function checkOwner(path: string, { uid }: Stats): void {
  const me = process.geteuid?.();
  if (me !== undefined && uid !== me) {
    throw unsafe(
      path,
      `it belongs to another user (${uid}, you are ${me})`,
      `run imgsys as that user, or make it yours: chown ${me} ${quoted(path)}`,
    );
  }
}

// Windows has no such bits: there the access list of the user's profile protects the file.
function openToOthers({ mode }: Stats): boolean {
  return process.platform !== 'win32' && (mode & 0o077) !== 0;
}

function modeOf({ mode }: Stats): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

function openAs(file: string, flags: number): number {
  try {
    return openSync(file, flags);
  } catch (error) {
    if (systemCode(error) === 'ELOOP') throw unsafe(file, 'it is a symbolic link', 'look at who replaced it');
    if (!['EACCES', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
    throw unsafe(file, 'there is no permission to read it', `run: chmod 600 ${quoted(file)}`);
  }
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
    if (code !== 'EACCES') throw error;
    throw unsafe(path, 'there is no permission to look at it', 'set IMGSYS_HOME to a folder of your own');
  }
}
