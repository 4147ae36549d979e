// One writer at a time, over all processes of the machine: an exclusive SQLite transaction on a file beside the store.
// The kernel lets go of it when its process dies, however it dies, so nothing is ever left locked.
import { closeSync, fchmodSync, lstatSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { systemCode } from '../errors.ts';
import { checkFile } from './read-file.ts';
import { cannotUnlock, locked, quoted } from './refusals.ts';

const patienceMs = 10_000;
const sqliteBusy = 5;
const sqliteNotADatabase = 26;

/**
 * Runs `task` while no other process has the lock of `file`. Its folder must be there. Nothing slow may be done in it:
 * no network call, no prompt. Throws CommandError 11 when the lock is not free within 10 s.
 */
export async function withLock<Result>(
  file: string,
  clock: Clock,
  task: () => Promise<Result>,
): Promise<Result> {
  const lock = await acquire(file, clock);
  try {
    return await task();
  } finally {
    lock.close();
  }
}

async function acquire(file: string, clock: Clock): Promise<DatabaseSync> {
  const side = `${file.replace(/\.json$/, '')}.lock`;
  const until = clock.monotonicMs() + patienceMs;
  create(side);
  for (;;) {
    const lock = tryLock(side);
    if (lock !== undefined) return lock;
    if (clock.monotonicMs() >= until) throw locked(file);
    // Uneven, so that waiting processes do not meet again and again.
    await clock.sleep(5 + Math.random() * 20);
  }
}

// Never opened here when it is there already: closing it would give up a lock that this process holds (POSIX).
function create(side: string): void {
  try {
    const descriptor = openSync(side, 'wx', 0o600);
    fchmodSync(descriptor, 0o600);
    closeSync(descriptor);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    checkFile(side, lstatSync(side));
  }
}

function tryLock(side: string): DatabaseSync | undefined {
  const database = new DatabaseSync(side, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    const { errcode } = error as { errcode?: number };
    if (errcode === sqliteNotADatabase) {
      throw cannotUnlock(`${side} is not the lock of a key store`, `remove it: rm ${quoted(side)}`, error);
    }
    if (errcode !== sqliteBusy) throw error;
    return undefined;
  }
}
