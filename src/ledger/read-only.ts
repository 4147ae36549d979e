import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { CommandError, exitCodes, systemCode } from '../errors.ts';
import { printable } from '../text.ts';
import { notALedger } from './faults.ts';
import { checkSchema, migrate, readVersion, schemaVersion } from './schema.ts';

/**
 * Opens the database without writing anything, not even its companion files where they can be done without. A file
 * that is missing or empty is an empty database in memory. Throws CommandError (2), or the database's own error.
 */
export function openToRead(file: string): DatabaseSync {
  const size = sizeOf(file);
  if (size === undefined || size === 0) return emptyDatabase(file);
  if (size < 512) throw notALedger(file);
  const db = connect(file);
  try {
    checkSchema(db, file);
    refuseOlder(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

// A WAL beside the file belongs to another process or to one that died, and is read. Where there is none, only a
// file taken for unchanging is read without making one: https://sqlite.org/uri.html#uriimmutable
function connect(file: string): DatabaseSync {
  if (sizeOf(`${file}-wal`) !== undefined) return new DatabaseSync(file, { timeout: 0, readOnly: true });
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { timeout: 0, readOnly: true });
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

// Undefined where nothing is.
function sizeOf(file: string): number | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size;
  } catch (error) {
    throw new CommandError(
      `the ledger ${printable(file)} cannot be read: ${systemCode(error) ?? 'unknown error'}`,
      { exitCode: exitCodes.usage, hint: 'set IMGSYS_HOME to a folder that can be read', cause: error },
    );
  }
}
