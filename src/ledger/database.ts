import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CommandError, exitCodes, systemCode } from '../errors.ts';
import { printable } from '../text.ts';
import { notALedger } from './faults.ts';
import { checkSchema, migrate } from './schema.ts';

/**
 * Opens the database, creating it (mode 0600, its folder 0700) where there is none. Nothing is written to a file
 * that is damaged, newer or another program's. Throws CommandError (2), or the database's own error.
 */
export function openDatabase(file: string): DatabaseSync {
  if (!create(file)) inspect(file);
  const db = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: true });
  try {
    setUp(db, file);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

// Creates an empty file, so that the database and its companions get its mode. False when something is there.
function create(file: string): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'wx', 0o600));
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && isFile(file)) return false;
    throw new CommandError(`the ledger ${printable(file)} cannot be created: ${reasonOf(error)}`, {
      exitCode: exitCodes.usage,
      hint: 'set IMGSYS_HOME to a folder that can be written',
      cause: error,
    });
  }
}

// Looks through a read-only connection: closing a writing one would fold a left-over WAL into a damaged file.
function inspect(file: string): void {
  const { size } = statSync(file);
  if (size === 0) return;
  // SQLite takes what is shorter than its smallest page for an empty file and would write over it.
  if (size < 512) throw notALedger(file);
  try {
    look(file, { readOnly: true });
  } catch (error) {
    if (!needsRollback(error)) throw error;
    // A process died in its very first step: only a writing connection can take that step back.
    look(file, { readOnly: false });
  }
}

function look(file: string, options: { readOnly: boolean }): void {
  const db = new DatabaseSync(file, { timeout: 0, ...options });
  try {
    // One snapshot: another process may be making the ledger right now, between two of the questions.
    db.exec('BEGIN');
    checkSchema(db, file);
  } finally {
    db.close();
  }
}

// SQLITE_READONLY_ROLLBACK and SQLITE_READONLY_RECOVERY: https://sqlite.org/rescode.html#readonly_rollback
function needsRollback(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && [264, 776].includes(Number(error.errcode));
}

function setUp(db: DatabaseSync, file: string): void {
  const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
  if (mode !== 'wal') {
    throw new CommandError(
      `the disk of the ledger ${printable(file)} cannot share a database between processes`,
      {
        exitCode: exitCodes.usage,
        hint: 'set IMGSYS_HOME to a folder on a local disk',
      },
    );
  }
  db.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864');
  migrate(db, file);
}

function isFile(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch (error) {
    // A link that leads back to itself is in its place.
    if (systemCode(error) === 'ELOOP') return false;
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const words: Readonly<Record<string, string>> = {
    EACCES: 'no permission',
    EPERM: 'no permission',
    EROFS: 'the disk is read-only',
    ENOSPC: 'no space left on the disk',
    ENOENT: 'its folder cannot be made',
    ENOTDIR: 'a part of the path is not a folder',
    EEXIST: 'something that is not a file is in its place',
  };
  const code = systemCode(error) ?? 'unknown';
  return words[code] ?? code;
}
