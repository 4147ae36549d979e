import type { DatabaseSync } from 'node:sqlite';
import { CommandError, exitCodes } from '../errors.ts';
import { printable } from '../text.ts';
import { reusesSchema } from './reuses.ts';
import { spendingSchema } from './spending-schema.ts';
import { transact } from './transact.ts';

/** Marks a database as ours (`imgs` in ASCII); the `file` command shows it. */
export const applicationId = 0x696d6773;

/** Step N leads from version N to N + 1. A published step never changes; a new one is added behind it. */
const migrations: readonly string[] = [
  `CREATE TABLE runs (
     id TEXT PRIMARY KEY,
     state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'interrupted', 'failed')),
     started_ms INTEGER NOT NULL,
     heartbeat_ms INTEGER NOT NULL,
     ended_ms INTEGER,
     machine TEXT NOT NULL,
     pid INTEGER NOT NULL,
     process_start TEXT NOT NULL,
     recipe TEXT NOT NULL,
     output_folder TEXT,
     in_place INTEGER NOT NULL,
     roots TEXT NOT NULL,
     counts TEXT,
     preset TEXT,
     tag TEXT
   ) STRICT;
   CREATE INDEX runs_running ON runs (state) WHERE state = 'running';

   CREATE TABLE outputs (
     output_path TEXT PRIMARY KEY,
     source_path TEXT NOT NULL,
     recipe_key TEXT NOT NULL,
     output_folder TEXT NOT NULL,
     job_key TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('enhanced', 'unchanged')),
     source_size INTEGER NOT NULL,
     source_mtime_ns INTEGER NOT NULL,
     source_inode INTEGER NOT NULL,
     source_sha256 TEXT NOT NULL,
     output_size INTEGER,
     output_mtime_ns INTEGER,
     output_inode INTEGER,
     output_sha256 TEXT,
     run_id TEXT NOT NULL REFERENCES runs (id),
     done_at_ms INTEGER NOT NULL,
     plan TEXT
   ) STRICT;
   CREATE INDEX outputs_source ON outputs (source_path);

   CREATE TABLE claims (
     collision_key TEXT PRIMARY KEY,
     output_path TEXT NOT NULL,
     source_path TEXT NOT NULL,
     run_id TEXT NOT NULL REFERENCES runs (id),
     intent TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX claims_run ON claims (run_id, output_path);

   CREATE TABLE items (
     id INTEGER PRIMARY KEY,
     run_id TEXT NOT NULL REFERENCES runs (id),
     source TEXT NOT NULL,
     output TEXT,
     state TEXT NOT NULL CHECK (state IN ('enhanced', 'unchanged', 'failed', 'skipped')),
     reason TEXT,
     message TEXT,
     hint TEXT,
     elapsed_ms INTEGER NOT NULL,
     at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX items_run ON items (run_id, state);

   CREATE TABLE purchases (
     key TEXT PRIMARY KEY,
     source_sha256 TEXT NOT NULL,
     provider TEXT NOT NULL,
     model TEXT NOT NULL,
     source_path TEXT NOT NULL,
     fit TEXT,
     holder TEXT REFERENCES runs (id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX purchases_holder ON purchases (holder) WHERE holder IS NOT NULL;

   CREATE TABLE purchase_sources (
     run_id TEXT NOT NULL REFERENCES runs (id),
     source_path TEXT NOT NULL,
     relative TEXT NOT NULL,
     purchase_key TEXT NOT NULL REFERENCES purchases (key),
     PRIMARY KEY (run_id, source_path, purchase_key)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE attempts (
     number INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     purchase_key TEXT NOT NULL REFERENCES purchases (key),
     run_id TEXT NOT NULL REFERENCES runs (id),
     provider TEXT NOT NULL,
     model TEXT NOT NULL,
     key_name TEXT NOT NULL,
     source_path TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('reserved', 'sent', 'paid', 'refused', 'released', 'unsettled')),
     reserved_microusd INTEGER,
     expected_low_microusd INTEGER,
     expected_high_microusd INTEGER,
     price TEXT,
     cost_microusd INTEGER,
     cost_kind TEXT NOT NULL DEFAULT 'unknown' CHECK (cost_kind IN ('measured', 'derived', 'unknown')),
     usage TEXT,
     request_id TEXT,
     reason TEXT,
     useless INTEGER NOT NULL DEFAULT 0,
     settled TEXT CHECK (settled IN ('charged', 'free', 'again')),
     local_day TEXT NOT NULL,
     tz_offset_minutes INTEGER NOT NULL,
     reserved_at_ms INTEGER NOT NULL,
     sent_at_ms INTEGER,
     ended_at_ms INTEGER
   ) STRICT;
   CREATE INDEX attempts_purchase ON attempts (purchase_key);
   CREATE INDEX attempts_run ON attempts (run_id);
   CREATE INDEX attempts_open ON attempts (state) WHERE state IN ('reserved', 'sent', 'unsettled');
   CREATE INDEX attempts_day ON attempts (local_day);
   ${spendingSchema}
   ${reusesSchema}

   CREATE TABLE limits (
     scope TEXT NOT NULL CHECK (scope IN ('all', 'provider', 'key')),
     name TEXT NOT NULL,
     period TEXT NOT NULL CHECK (period IN ('day', 'month')),
     amount_microusd INTEGER NOT NULL,
     soft_microusd INTEGER,
     soft_percent INTEGER,
     warn_only INTEGER NOT NULL,
     PRIMARY KEY (scope, name, period)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE calendar (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     boot TEXT NOT NULL,
     awake_offset_ms REAL NOT NULL,
     uptime_offset_ms REAL NOT NULL,
     doubted_since_ms REAL,
     latest_ms INTEGER NOT NULL,
     latest_day TEXT NOT NULL
   ) STRICT;

   CREATE TABLE slots (
     slot TEXT PRIMARY KEY,
     boot TEXT NOT NULL,
     updated_ms REAL NOT NULL,
     state TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  // By which asynchronous services know a call.
  'ALTER TABLE attempts ADD COLUMN job TEXT;',
  // How each result was made, for reports and lock files.
  'ALTER TABLE items ADD COLUMN made TEXT; ALTER TABLE outputs ADD COLUMN made TEXT;',
];

/** The schema this program writes. */
export const schemaVersion = migrations.length;

/**
 * Refuses a database that is another program's, or a newer one of ours; reads only.
 * Throws CommandError (2) naming `file`.
 */
export function checkSchema(db: DatabaseSync, file: string): void {
  const version = readVersion(db);
  const id = pragma(db, 'application_id');
  if (id !== applicationId && !isBlank(db)) {
    throw new CommandError(`${printable(file)} is another program's database, not a ledger`, {
      exitCode: exitCodes.usage,
      hint: 'set IMGSYS_HOME to a folder of its own',
    });
  }
  if (version > schemaVersion) {
    throw new CommandError(
      `the ledger ${printable(file)} was written by a newer imgsys (schema ${version}, known here: ${schemaVersion})`,
      { exitCode: exitCodes.usage, hint: 'update imgsys, or set IMGSYS_HOME to another folder' },
    );
  }
}

/** True for a database in which nobody has made anything yet. */
export function isBlank(db: DatabaseSync): boolean {
  const tables = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.count;
  return tables === 0 && readVersion(db) === 0 && pragma(db, 'application_id') === 0;
}

/** Brings the database to `schemaVersion`, all steps in one transaction. */
export function migrate(db: DatabaseSync, file: string): void {
  if (readVersion(db) === schemaVersion) return;
  transact(db, 'durable', () => {
    checkSchema(db, file);
    for (const step of migrations.slice(readVersion(db))) db.exec(step);
    db.exec(`PRAGMA application_id = ${applicationId}`);
    db.exec(`PRAGMA user_version = ${schemaVersion}`);
  });
}

/** Reads the whole file; `problems` is empty when it is sound. */
export function checkFile(db: DatabaseSync): { readonly schemaVersion: number; readonly problems: string[] } {
  const found = db.prepare('PRAGMA quick_check').all();
  const problems = found.map((row) => String(row.quick_check)).filter((text) => text !== 'ok');
  return { schemaVersion: readVersion(db), problems };
}

export function readVersion(db: DatabaseSync): number {
  return pragma(db, 'user_version');
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
