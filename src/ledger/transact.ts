import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `task` in one write transaction. `durable` is on the disk when it returns; `fast` survives the death of
 * the process but perhaps not a power cut, which is enough for claims and heartbeats: their owner is gone then.
 * Throws the database's own error at once when another connection is writing.
 */
export function transact<T>(db: DatabaseSync, durability: 'durable' | 'fast', task: () => T): T {
  if (durability === 'fast') db.exec('PRAGMA synchronous = NORMAL');
  try {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = task();
      db.exec('COMMIT');
      return result;
    } finally {
      if (db.isTransaction) db.exec('ROLLBACK');
    }
  } finally {
    if (durability === 'fast') db.exec('PRAGMA synchronous = FULL');
  }
}
