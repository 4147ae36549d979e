// One writer of lock files at a time, over all processes with one home: an exclusive SQLite transaction on a file in the
// folder of the program's own state. The kernel lets go of it when its process dies, however it dies.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { CommandError, exitCodes } from '../errors.ts';

const patienceMs = 60_000;
const sqliteBusy = 5;

/** Runs `task` while no other process has its turn at `side`. Throws CommandError (5) when that takes over a minute. */
export async function inTurn<Result>(
  side: string,
  clock: Clock,
  task: () => Promise<Result>,
): Promise<Result> {
  await mkdir(dirname(side), { recursive: true, mode: 0o700 });
  const until = clock.monotonicMs() + patienceMs;
  for (;;) {
    const held = tryTake(side);
    if (held !== undefined) {
      try {
        return await task();
      } finally {
        held.close();
      }
    }
    if (clock.monotonicMs() >= until) {
      throw new CommandError('another run has been writing a lock file for a minute', {
        exitCode: exitCodes.temporary,
        hint: 'run the same command again: what is finished is not done twice',
      });
    }
    // Uneven, so that waiting processes do not meet again and again.
    await clock.sleep(5 + Math.random() * 20);
  }
}

function tryTake(side: string): DatabaseSync | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(side, { timeout: 0 });
    // Nothing is ever written to it, so no journal needs room on the disk.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db?.close();
    // The low byte is the kind: https://sqlite.org/rescode.html
    if ((((error as { errcode?: number }).errcode ?? 0) & 0xff) !== sqliteBusy) throw error;
    return undefined;
  }
}
