import { DatabaseSync } from 'node:sqlite';
import { CommandError, exitCodes } from '../errors.ts';
import { isFull } from './faults.ts';

/** Which output each source of a run leads to, kept in a temporary file that no other process sees. */
export interface Seen {
  /**
   * Notes that `source` leads to the output named `collisionKey`. Returns the source that came to it first
   * (which may be this one again), or undefined when it is new. Synchronous and fast; memory stays constant.
   */
  first(collisionKey: string, source: string): string | undefined;
  close(): void;
}

const cacheKib = 8192;

/** Throws CommandError (5) when the temporary folder is full. */
export function openSeen(): Seen {
  // An empty name is a database in an unnamed file, gone with its connection: https://sqlite.org/inmemorydb.html
  const db = new DatabaseSync('');
  db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -${cacheKib}`);
  db.exec('CREATE TABLE seen (key TEXT PRIMARY KEY, source TEXT NOT NULL) STRICT, WITHOUT ROWID');
  // One transaction that never ends: nothing here outlives the process, so nothing needs a commit.
  db.exec('BEGIN');
  const insert = db.prepare('INSERT INTO seen VALUES (?, ?) ON CONFLICT DO NOTHING');
  const select = db.prepare('SELECT source FROM seen WHERE key = ?');
  return {
    first(collisionKey, source) {
      try {
        if (insert.run(collisionKey, source).changes === 1) return undefined;
        return String(select.get(collisionKey)?.source);
      } catch (error) {
        throw isFull(error) ? noSpace(error) : error;
      }
    },
    close: () => db.close(),
  };
}

function noSpace(cause: unknown): CommandError {
  return new CommandError('no space left in the folder for temporary files', {
    exitCode: exitCodes.temporary,
    hint: 'free some space there, or set TMPDIR to a folder on another disk',
    cause,
  });
}
