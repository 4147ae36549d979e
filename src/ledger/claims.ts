import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface ClaimRow {
  readonly collisionKey: string;
  readonly outputPath: string;
  readonly sourcePath: string;
  readonly runId: string;
}

/** The table `claims`: which run is making which output right now. Belongs into a write transaction. */
export class ClaimTable {
  readonly #select: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteOf: StatementSync;

  constructor(db: DatabaseSync) {
    this.#select = db.prepare('SELECT * FROM claims WHERE collision_key = ?');
    this.#put = db.prepare('INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM claims WHERE run_id = ? AND output_path = ?');
    this.#deleteOf = db.prepare('DELETE FROM claims WHERE run_id = ?');
  }

  get(collisionKey: string): ClaimRow | undefined {
    const row = this.#select.get(collisionKey);
    return (
      row && {
        collisionKey: String(row.collision_key),
        outputPath: String(row.output_path),
        sourcePath: String(row.source_path),
        runId: String(row.run_id),
      }
    );
  }

  put(claim: ClaimRow): void {
    this.#put.run(claim.collisionKey, claim.outputPath, claim.sourcePath, claim.runId);
  }

  delete(runId: string, outputPath: string): void {
    this.#delete.run(runId, outputPath);
  }

  deleteOf(runId: string): void {
    this.#deleteOf.run(runId);
  }
}
