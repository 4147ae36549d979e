// An output is written beside its place under a temporary name and gets its own when it is whole and durable.
import { type FileHandle, link, open, rename, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';
import { syncFolder } from '../sync-folder.ts';
import { fitName, maxNameBytes } from './fit.ts';
import { asWriteError } from './problem.ts';

export interface CommitOptions {
  /** Times the file gets, in nanoseconds since 1970 (kept to the microsecond); now without. */
  readonly atimeNs?: bigint;
  readonly mtimeNs?: bigint;
  /** Permission bits. */
  readonly mode?: number;
  /** A file whose owner and group the new one gets, where this user may give files away. */
  readonly ownerOf?: string;
  /** Whether a file of this name may be replaced; without, a name that is taken is `output-exists`. */
  readonly replace: boolean;
  /** Called when the file is durable under its temporary name, with what it will be; a rejection gives it up. */
  readonly onSealed?: (written: Written) => Promise<void>;
}

export interface Written {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly inode: bigint;
}

/**
 * Gives a finished temporary file, which lies in the same folder, its final name: file synced, name changed in one
 * step, folder synced. On failure the temporary file is removed. Throws ItemError `disk-full`, `write-failed`,
 * `output-exists`, `name-too-long`.
 */
export async function commit(tempPath: string, finalPath: string, options: CommitOptions): Promise<Written> {
  try {
    const written = await seal(tempPath, options);
    await options.onSealed?.(written);
    if (options.replace) await rename(tempPath, finalPath);
    else await renameUnlessTaken(tempPath, finalPath);
    await syncFolder(dirname(finalPath));
    return written;
  } catch (error) {
    await discard(tempPath);
    throw asWriteError(error);
  }
}

/** The temporary path for `finalPath`: hidden, in the same folder. `token` names the run: letters, digits, - and _. */
export function tempPathFor(finalPath: string, token: string): string {
  const tail = `.imgsys-${token}.tmp`;
  if (!pattern.test(`.x${tail}`)) throw new TypeError(`not a token for temporary names: ${token}`);
  return join(dirname(finalPath), `.${fitName(basename(finalPath), tail, maxNameBytes - 1)}`);
}

/** Whether a name is one that `tempPathFor` gives. */
export function isOurTemp(name: string): boolean {
  return pattern.test(name);
}

/** The token in a temporary name, or undefined for any other name. */
export function tokenOf(name: string): string | undefined {
  return pattern.exec(name)?.[1];
}

/** Removes a temporary file. One that cannot be removed now is left to the sweep of a later run. */
export async function discard(tempPath: string): Promise<void> {
  try {
    await unlink(tempPath);
  } catch (error) {
    if (!leftToSweep.has(systemCode(error) ?? '')) throw error;
  }
}

async function seal(tempPath: string, options: CommitOptions): Promise<Written> {
  // Windows syncs only what is open for writing; elsewhere reading is enough, which a read-only copy allows.
  const file = await open(tempPath, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await setOwner(file, options.ownerOf);
    await setMode(file, options.mode);
    await setTimes(file, options);
    await file.sync();
    const { size, mtimeNs, ino } = await file.stat({ bigint: true });
    return { size: Number(size), mtimeNs, inode: ino };
  } finally {
    await file.close();
  }
}

// Only where it differs: file systems without permissions refuse the call.
// Only the administrator can; without this, a run in place by sudo would take the user's files away.
async function setOwner(file: FileHandle, ownerOf: string | undefined): Promise<void> {
  if (ownerOf === undefined || process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(ownerOf);
  await file.chown(uid, gid);
}

async function setMode(file: FileHandle, mode: number | undefined): Promise<void> {
  if (mode === undefined || ((await file.stat()).mode & 0o7777) === (mode & 0o7777)) return;
  await file.chmod(mode & 0o7777);
}

async function setTimes(file: FileHandle, { atimeNs, mtimeNs }: CommitOptions): Promise<void> {
  if (mtimeNs === undefined) return;
  await file.utimes(toSeconds(atimeNs ?? mtimeNs), toSeconds(mtimeNs));
}

// A double holds a quarter of a microsecond, and what falls just below one would be read as the one before.
function toSeconds(ns: bigint): number {
  const us = Number(ns / 1000n);
  const seconds = us / 1e6;
  return Math.floor((seconds - Math.trunc(seconds)) * 1e6) === us % 1e6 ? seconds : (us + 0.25) / 1e6;
}

// A link cannot replace anything, so a file that appeared since the run looked is safe. Rename alone would replace it.
async function renameUnlessTaken(tempPath: string, finalPath: string): Promise<void> {
  try {
    await link(tempPath, finalPath);
  } catch (error) {
    if (!withoutLinks.has(systemCode(error) ?? '')) throw error;
    return claimAndRename(tempPath, finalPath);
  }
  // The output stands under its name: a second one that cannot go, tried twice, does not make it a failure.
  await unlink(tempPath).catch(() => discard(tempPath));
}

// FAT, some network drives and Android have no hard links: an empty file claims the name and is replaced at once.
async function claimAndRename(tempPath: string, finalPath: string): Promise<void> {
  await (await open(finalPath, 'wx')).close();
  try {
    await rename(tempPath, finalPath);
  } catch (error) {
    await rm(finalPath, { force: true });
    throw error;
  }
}

const withoutLinks = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
const pattern = /^\..+\.imgsys-([A-Za-z0-9_-]{1,64})\.tmp$/s;
const leftToSweep = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EBUSY', 'EROFS', 'EIO']);
