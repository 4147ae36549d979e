import { constants } from 'node:fs';
import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CommandError, exitCodes, systemCode } from '../errors.ts';
import { syncFolder } from '../sync-folder.ts';
import { describeWriteError } from '../system-errors.ts';
import type { LockEntry, LockHead } from './lock.ts';
import type { ReadLock } from './read.ts';

/**
 * Writes a lock file: beside its place, synced, then under its name in one step. One that would be the same bytes is
 * left alone. Answers whether it was written. To be called by one process at a time. Throws CommandError (5).
 */
export async function writeLock(file: string, shown: string, lock: ReadLock): Promise<boolean> {
  const temp = join(dirname(file), `.${basename(file)}.tmp`);
  try {
    const before = await openToCompare(file);
    try {
      const mode = before === undefined ? 0o666 : (await before.stat()).mode & 0o777;
      if (await writeTemp(temp, lock, before, mode)) {
        await unlink(temp);
        return false;
      }
    } finally {
      await before?.close();
    }
    await rename(temp, file);
    await syncFolder(dirname(file));
    return true;
  } catch (error) {
    await unlink(temp).catch(unlessGone);
    const { message, hint = 'run the same command again' } = describeWriteError(error);
    throw new CommandError(`the lock file ${shown}: ${message}; the pictures themselves are finished`, {
      exitCode: exitCodes.temporary,
      hint,
      cause: error,
    });
  }
}

/** One line of a lock file, without its end; in a fixed order, and in ASCII where readers of lines disagree. */
export function lockLine(value: LockHead | LockEntry): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

const flushAtBytes = 1 << 18;

// Answers whether what was written is what stood there before.
async function writeTemp(
  temp: string,
  { head, table, eol }: ReadLock,
  before: FileHandle | undefined,
  mode: number,
): Promise<boolean> {
  // The name belongs to whoever has the turn: what lies there is what a crash left, or a link that leads elsewhere.
  await unlink(temp).catch(unlessGone);
  const out = await open(temp, 'wx', mode);
  let same = before !== undefined;
  let at = 0;
  const flush = async (text: string) => {
    const bytes = Buffer.from(text);
    await out.writeFile(bytes);
    if (before !== undefined && same) same = (await readAt(before, at, bytes.length)).equals(bytes);
    at += bytes.length;
  };
  try {
    let text = lockLine(head) + eol;
    for (const entry of table.all()) {
      text += lockLine(entry) + eol;
      if (text.length < flushAtBytes) continue;
      await flush(text);
      text = '';
    }
    await flush(text);
    if (same && before !== undefined) same = (await before.stat()).size === at;
    if (!same) await out.sync();
    return same;
  } finally {
    await out.close();
  }
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, at + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}

async function openToCompare(file: string): Promise<FileHandle | undefined> {
  try {
    if (!(await stat(file)).isFile()) return undefined;
    return await open(file, constants.O_RDONLY);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return undefined;
  }
}

function unlessGone(error: unknown): void {
  if (systemCode(error) === undefined) throw error;
}
