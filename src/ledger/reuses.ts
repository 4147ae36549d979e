import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AttemptRow } from './attempts.ts';

/** One row for each picture of a run that was made from what was bought before, or for another file of the same content. */
export const reusesSchema = `
   CREATE TABLE reuses (
     run_id TEXT NOT NULL REFERENCES runs (id),
     source_path TEXT NOT NULL,
     provider TEXT NOT NULL,
     key_name TEXT NOT NULL,
     model TEXT NOT NULL,
     local_day TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     saved_microusd INTEGER,
     PRIMARY KEY (run_id, source_path)
   ) STRICT, WITHOUT ROWID;`;

/** When and by whom something was made again from `attempt`. */
export interface Reuse {
  readonly runId: string;
  readonly sourcePath: string;
  readonly attempt: AttemptRow;
  readonly localDay: string;
  readonly atMs: number;
}

/** The table `reuses`. Writing verbs belong into a transaction. */
export class ReuseTable {
  readonly #insert: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO reuses VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  }

  /**
   * Notes what was saved: the cost of the attempt that paid for it. A source counts once a run, and not for its own
   * purchase.
   */
  note({ runId, sourcePath, attempt, localDay, atMs }: Reuse): void {
    if (attempt.runId === runId && attempt.sourcePath === sourcePath) return;
    const { provider, keyName, model, costMicrousd = null } = attempt;
    this.#insert.run(runId, sourcePath, provider, keyName, model, localDay, atMs, costMicrousd);
  }
}
