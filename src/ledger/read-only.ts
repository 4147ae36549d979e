import { type Stats, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { CommandError, exitCodes, systemCode } from '../errors.ts';
import { printable } from '../text.ts';
import { isBusy, notALedger } from './faults.ts';
import type { ProcessIdentity } from './process.ts';
import { checkSchema, isBlank, migrate, readVersion, schemaVersion } from './schema.ts';
import { type Access, openTables } from './tables.ts';

/**
 * Reads the database without writing anything, not even its companion files where they can be done without. A file
 * that is missing or empty is an empty database in memory. Throws CommandError (2), or the database's own error.
 */
export function accessToRead(file: string, owner: ProcessIdentity): Access {
  const connections: Connection[] = [];
  const connect = () => {
    const connection = openToRead(file);
    connections.push(connection);
    return { connection, tables: openTables(connection.db, owner) };
  };
  let { connection, tables } = connect();
  return {
    tables() {
      if (connection.isStale()) ({ connection, tables } = connect());
      return tables;
    },
    close() {
      for (const { db } of connections) db.close();
    },
  };
}

interface Connection {
  readonly db: DatabaseSync;
  /** True when the file was written to since and this connection, which takes no locks, does not follow. */
  isStale(): boolean;
}

// Another process may make, change or close the ledger right now: that takes it a few milliseconds, and reads cannot wait
// without blocking.
const tries = 50;
const pauseMs = 2;

function openToRead(file: string): Connection {
  for (let left = tries; ; left -= 1) {
    const before = look(file);
    if (!before.isFile) throw notALedger(file);
    // A WAL beside the file belongs to a process that writes, or to one that died; SQLite follows it under locks.
    const shared = before.walSize !== undefined;
    const isStale = () => !shared && !isSame(before, look(file));
    try {
      const db = openAs(file, before.size ?? 0, shared);
      if (left === 0 || !isStale()) return { db, isStale };
      db.close();
    } catch (error) {
      // What is read without locks while it changes may look like anything.
      if (left === 0 || (!isBusy(error) && isSame(before, look(file)))) throw error;
    }
    Atomics.wait(pause, 0, 0, pauseMs);
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));

function openAs(file: string, size: number, shared: boolean): DatabaseSync {
  if (size === 0) return emptyDatabase(file);
  if (size < 512) throw notALedger(file);
  const db = new DatabaseSync(shared ? file : unchanging(file), { timeout: 0, readOnly: true });
  let blank: boolean;
  try {
    // One snapshot of all that is asked.
    db.exec('BEGIN');
    checkSchema(db, file);
    blank = isBlank(db);
    if (!blank) refuseOlder(db, file);
    db.exec('COMMIT');
  } catch (error) {
    db.close();
    throw error;
  }
  if (!blank) return db;
  db.close();
  return emptyDatabase(file);
}

// SQLite reads a file in WAL mode without making a WAL only when told that nobody changes it:
// https://sqlite.org/uri.html#uriimmutable
function unchanging(file: string): URL {
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return url;
}

function emptyDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  migrate(db, file);
  db.exec('PRAGMA query_only = ON');
  return db;
}

function refuseOlder(db: DatabaseSync, file: string): void {
  const version = readVersion(db);
  if (version === schemaVersion) return;
  throw new CommandError(
    `the ledger ${printable(file)} was written by an older imgsys (schema ${version}, known here: ${schemaVersion})`,
    { exitCode: exitCodes.usage, hint: 'run once without --dry-run, which brings it up to date' },
  );
}

interface Look {
  readonly isFile: boolean;
  readonly size: number | undefined;
  readonly mtimeMs: number | undefined;
  readonly walSize: number | undefined;
}

function isSame(one: Look, other: Look): boolean {
  return one.size === other.size && one.mtimeMs === other.mtimeMs && one.walSize === other.walSize;
}

// Sizes and times are undefined for what is not there.
function look(file: string): Look {
  const stat = lookAt(file);
  return {
    isFile: stat?.isFile() ?? true,
    size: stat?.size,
    mtimeMs: stat?.mtimeMs,
    walSize: lookAt(`${file}-wal`)?.size,
  };
}

function lookAt(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw new CommandError(
      `the ledger ${printable(file)} cannot be read: ${systemCode(error) ?? 'unknown error'}`,
      { exitCode: exitCodes.usage, hint: 'set IMGSYS_HOME to a folder that can be read', cause: error },
    );
  }
}
