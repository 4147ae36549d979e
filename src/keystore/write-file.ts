// Writing what must be private and whole: a new file beside the old one takes its name when it is on the disk.
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { constants, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';
import { syncFolder } from '../sync-folder.ts';
import { checkFolder } from './read-file.ts';
import { cannotBeWritten } from './refusals.ts';

const staleMs = 3_600_000;

/** Makes the folder of private files where there is none (mode 700), and checks it as it is used. */
export function preparePrivateFolder(folder: string): void {
  if (checkFolder(folder)) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  checkFolder(folder);
}

/** Replaces `file` in one step, mode 600, and makes it durable. Throws CommandError 12 when the disk does not take it. */
export async function replacePrivateFile(file: string, text: string): Promise<void> {
  const temp = join(dirname(file), `.${basename(file)}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeNew(temp, text);
    await rename(temp, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temp, { force: true });
    throw cannotWrite(file, error);
  }
}

/** Makes a private file, mode 600, whatever the umask. Throws the system's error, EEXIST when the name is taken. */
export async function writeNew(path: string, text: string): Promise<void> {
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0 } = constants;
  const handle = await open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    if (process.platform !== 'win32') await handle.chmod(0o600);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what writers that died have left, once it is an hour old. Only under the lock. */
export async function sweepTemporaries(file: string, nowMs: number): Promise<void> {
  const folder = dirname(file);
  const ours = (name: string) => name.startsWith(`.${basename(file)}.`) && name.endsWith('.tmp');
  for (const name of (await readdir(folder)).filter(ours)) {
    const path = join(folder, name);
    if (lstatSync(path).isFile() && nowMs - (await stat(path)).mtimeMs > staleMs) await unlink(path);
  }
}

/** What a system's error says of writing `path`; any other error as it is. */
export function cannotWrite(path: string, error: unknown): Error {
  const words: Readonly<Record<string, string>> = {
    EACCES: 'no permission',
    EPERM: 'no permission',
    EROFS: 'the disk is read-only',
    ENOSPC: 'no space left on the disk',
    EDQUOT: 'the disk quota is used up',
    ENOTDIR: 'a part of the path is not a folder',
    EEXIST: 'something that is not a folder is in its place',
  };
  const code = systemCode(error);
  if (code === undefined) return error as Error;
  return cannotBeWritten(path, words[code] ?? code, error);
}
