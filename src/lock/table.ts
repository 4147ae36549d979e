import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import type { LockEntry } from './lock.ts';

/** The entries of a lock file, sorted, in constant memory: in a temporary file that no other process sees. */
export interface LockTable {
  /** False when that source and output are listed already, which then stay as they were. */
  add(entry: LockEntry): boolean;
  /** In the place of what was listed. */
  put(entry: LockEntry): void;
  get(source: string, output: string): LockEntry | undefined;
  bySource(source: string): LockEntry[];
  /** Those whose source differs from `source` in letter case or in the way accents are written alone. */
  alike(source: string): LockEntry[];
  delete(entry: LockEntry): void;
  /** By source, then output; entries may be put and deleted meanwhile. */
  all(): Generator<LockEntry>;
  /** True the first time it is asked about `key`. */
  isFirst(key: string): boolean;
  readonly size: number;
  close(): void;
}

const cacheKib = 65_536;
const pageRows = 500;

export function openLockTable(): LockTable {
  const db = new DatabaseSync(place());
  db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -${cacheKib}`);
  db.exec(`CREATE TABLE entries (source TEXT NOT NULL, output TEXT NOT NULL, folded TEXT NOT NULL, line TEXT NOT NULL,
    PRIMARY KEY (source, output)) STRICT, WITHOUT ROWID;
    CREATE INDEX entries_folded ON entries (folded);
    CREATE TABLE asked (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    BEGIN`);
  const insert = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const replace = db.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)');
  const one = db.prepare('SELECT line FROM entries WHERE source = ? AND output = ?');
  const ofSource = db.prepare('SELECT line FROM entries WHERE source = ? ORDER BY output');
  const ofFolded = db.prepare('SELECT line FROM entries WHERE folded = ? AND source <> ? ORDER BY source');
  const remove = db.prepare('DELETE FROM entries WHERE source = ? AND output = ?');
  const page = db.prepare(
    `SELECT line FROM entries WHERE (source, output) > (?, ?) ORDER BY source, output LIMIT ${pageRows}`,
  );
  const ask = db.prepare('INSERT INTO asked VALUES (?) ON CONFLICT DO NOTHING');
  const values = (entry: LockEntry) =>
    [entry.source, entry.output, folded(entry.source), JSON.stringify(entry)] as const;
  let size = 0;
  return {
    add(entry) {
      const isNew = insert.run(...values(entry)).changes === 1;
      if (isNew) size += 1;
      return isNew;
    },
    put(entry) {
      if (one.get(entry.source, entry.output) === undefined) size += 1;
      replace.run(...values(entry));
    },
    get: (source, output) => toEntry(one.get(source, output)),
    bySource: (source) => ofSource.all(source).map(toEntry).filter(isEntry),
    alike: (source) => ofFolded.all(folded(source), source).map(toEntry).filter(isEntry),
    delete(entry) {
      size -= Number(remove.run(entry.source, entry.output).changes);
    },
    *all() {
      let last: Pick<LockEntry, 'source' | 'output'> = { source: '', output: '' };
      for (;;) {
        const entries = page.all(last.source, last.output).map(toEntry).filter(isEntry);
        yield* entries;
        if (entries.length < pageRows) return;
        last = entries.at(-1) ?? last;
      }
    },
    isFirst: (key) => ask.run(key).changes === 1,
    get size() {
      return size;
    },
    close: () => db.close(),
  };
}

// An empty name is an unnamed file, gone with its connection (https://sqlite.org/inmemorydb.html); where nothing may be
// written, memory holds it.
function place(): '' | ':memory:' {
  try {
    accessSync(tmpdir(), constants.W_OK);
    return '';
  } catch (error) {
    if (error instanceof Error) return ':memory:';
    throw error;
  }
}

// As macOS and Windows compare names.
function folded(path: string): string {
  return path.normalize('NFC').toLowerCase().normalize('NFC');
}

// Written by this very table.
function toEntry(row: Record<string, unknown> | undefined): LockEntry | undefined {
  return row === undefined ? undefined : (JSON.parse(String(row.line)) as LockEntry);
}

function isEntry(entry: LockEntry | undefined): entry is LockEntry {
  return entry !== undefined;
}
