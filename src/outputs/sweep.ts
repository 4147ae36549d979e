import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { asWriteError } from './problem.ts';
import { discard, tokenOf } from './write.ts';

export type TokenState = 'live' | 'dead' | 'unknown';

// No run works on one picture for a day.
const abandonedMs = 86_400_000;

/**
 * Removes from one folder (not those below) the temporary files of runs that are gone, and returns how many there were.
 * `stateOf` tells what is known of the run of a token; what nobody here knows may belong to another user's run, and is
 * removed once it is a day old. A missing folder holds none. Throws ItemError.
 */
export async function sweepLeftovers(
  folder: string,
  stateOf: (token: string) => TokenState,
  nowMs = Date.now(),
): Promise<number> {
  let removed = 0;
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      const token = tokenOf(entry.name);
      if (token === undefined || entry.isDirectory()) continue;
      const state = stateOf(token);
      const path = join(folder, entry.name);
      if (state === 'live' || (state === 'unknown' && !(await isAbandoned(path, nowMs)))) continue;
      await discard(path);
      removed += 1;
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw asWriteError(error);
  }
  return removed;
}

// The change time, since the modification time may already be that of the source.
async function isAbandoned(path: string, nowMs: number): Promise<boolean> {
  return nowMs - (await lstat(path)).ctimeMs > abandonedMs;
}
