// Copies of originals, made before a run in place replaces them.
import { randomUUID } from 'node:crypto';
import { constants, copyFile, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ItemError, systemCode } from '../errors.ts';
import { ensureFolder } from './folder.ts';
import { renamed } from './name.ts';
import { asWriteError } from './problem.ts';
import { commit, discard, tempPathFor } from './write.ts';

const mostBackups = 10_000;

/**
 * Copies an original to `relative` below the backup folder, durably, and returns the path of the copy. An older
 * backup is never overwritten: the copy is numbered (`bath-2.jpg`), unless the older one holds the same bytes, which
 * a run that was cut short leaves. The copy keeps times and permissions, and shares its blocks with the original
 * where the file system can. `token` names the run, for the sweep. Throws ItemError.
 */
export async function backUp(
  sourcePath: string,
  backupFolder: string,
  relative: string,
  token: string = `backup-${randomUUID()}`,
): Promise<string> {
  const wanted = join(backupFolder, relative);
  await ensureFolder(dirname(wanted));
  for (let n = 1; n < mostBackups; n += 1) {
    const path = n === 1 ? wanted : renamed(wanted, n);
    const standing = await statOrNothing(path);
    if (standing === undefined && (await copyUnlessTaken(sourcePath, path, token))) return path;
    if (standing !== undefined && (await isSameFile(sourcePath, path))) {
      throw new ItemError('collision', 'its backup would be the original itself', {
        hint: 'choose a folder beside the pictures with --backup-dir',
      });
    }
    if (standing?.isFile() && (await holdsTheSame(sourcePath, path))) return path;
  }
  throw new ItemError('write-failed', `there are ${mostBackups} backups of this name`, {
    hint: 'choose another folder with --backup-dir',
  });
}

// False where another process took the name between the look and the copy.
async function copyUnlessTaken(sourcePath: string, path: string, token: string): Promise<boolean> {
  const tempPath = tempPathFor(path, token);
  try {
    const { atimeNs, mtimeNs } = await stat(sourcePath, { bigint: true });
    await copyFile(sourcePath, tempPath, constants.COPYFILE_FICLONE);
    await commit(tempPath, path, { atimeNs, mtimeNs, replace: false });
    return true;
  } catch (error) {
    await discard(tempPath);
    if (error instanceof ItemError && error.reason === 'output-exists') return false;
    throw asWriteError(error);
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => stat(path, { bigint: true })));
  return first?.ino === second?.ino && first?.dev === second?.dev;
}

async function holdsTheSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([open(one), open(other)]);
  try {
    const [{ size }, there] = await Promise.all([first.stat(), second.stat()]);
    if (size !== there.size) return false;
    const [a, b] = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)];
    for (let at = 0; at < size; ) {
      const [{ bytesRead }, { bytesRead: read }] = await Promise.all([
        first.read(a, 0, chunkBytes, at),
        second.read(b, 0, chunkBytes, at),
      ]);
      const length = Math.min(bytesRead, read);
      if (length === 0 || a.compare(b, 0, length, 0, length) !== 0) return false;
      at += length;
    }
    return true;
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
}

const chunkBytes = 1 << 16;

async function statOrNothing(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw asWriteError(error);
  }
}
