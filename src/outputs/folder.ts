import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ItemError, systemCode } from '../errors.ts';
import { syncFolder } from '../sync-folder.ts';
import { asWriteError } from './problem.ts';

/** Makes a folder and those above it, durably; does nothing where it stands. Throws ItemError `write-failed` and others. */
export async function ensureFolder(path: string): Promise<void> {
  try {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return;
    for (let made = resolve(path); made.length >= first.length; made = dirname(made))
      await syncFolder(dirname(made));
  } catch (error) {
    const inTheWay = ['EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '');
    if (!inTheWay) throw asWriteError(error);
    throw new ItemError('write-failed', 'a file stands where the folder should be', {
      hint: 'move the file away or choose another folder with -o',
      cause: error,
    });
  }
}
