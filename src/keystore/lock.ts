// One writer at a time, over all processes of the machine: an exclusive SQLite transaction on a file beside the store.
// The kernel lets go of it when its process dies, however it dies, so nothing is ever left locked.
import { closeSync, fchmodSync, lstatSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { systemCode } from '../errors.ts';
import { checkFile } from './read-file.ts';
import { cannotBeWritten, cannotUnlock, locked, quoted } from './refusals.ts';
import { cannotWrite } from './write-file.ts';

const patienceMs = 10_000;
const sqliteBusy = 5;
const sqliteNotADatabase = 26;
// SQLITE_READONLY, _IOERR, _FULL and _CANTOPEN: https://sqlite.org/rescode.html
const diskWords: Readonly<Record<number, string>> = {
  8: 'the file or its disk is read-only',
  10: 'the disk reports an error',
  13: 'no space left on the disk',
  14: 'it cannot be opened',
};

/**
 * Runs `task` while no other process has the lock of `file`. Its folder must be there. Nothing slow may be done in it:
 * no network call, no prompt. Throws CommandError 11 when the lock is not free within 10 s, 12 when the disk
 * does not allow one.
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
    if (systemCode(error) !== 'EEXIST') throw cannotWrite(side, error);
    checkFile(side, lstatSync(side));
  }
}

function tryLock(side: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(side, { timeout: 0 });
    // Nothing is ever written to it; a journal on the disk would need space where there may be none.
    database.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    // The low byte is the kind, whatever its extension.
    const errcode = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
    if (errcode === sqliteNotADatabase) {
      throw cannotUnlock(`${side} is not the lock of a key store`, `remove it: rm ${quoted(side)}`, error);
    }
    const reason = diskWords[errcode];
    if (reason !== undefined) throw cannotBeWritten(side, reason, error);
    if (errcode !== sqliteBusy) throw error;
    return undefined;
  }
}
