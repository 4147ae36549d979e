import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { asWriteError } from './problem.ts';
import { discard, tokenOf } from './write.ts';

/**
 * Removes from one folder (not those below) the temporary files of runs that are gone, and returns how many there were.
 * `isLive` tells whether the run of a token still works. A missing folder holds none. Throws ItemError.
 */
export async function sweepLeftovers(folder: string, isLive: (token: string) => boolean): Promise<number> {
  let removed = 0;
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      const token = tokenOf(entry.name);
      if (token === undefined || entry.isDirectory() || isLive(token)) continue;
      await discard(join(folder, entry.name));
      removed += 1;
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw asWriteError(error);
  }
  return removed;
}
