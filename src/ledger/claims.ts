import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { NewOutput, OutputRow } from './outputs.ts';
import { packIntent, unpackIntent } from './pack-intent.ts';

export interface ClaimRequest {
  /** The output's name as the file system compares names: outputs with equal keys are one file. */
  readonly collisionKey: string;
  readonly outputPath: string;
  readonly sourcePath: string;
}

export type Claim =
  /**
   * The output is this run's to make. `standing` is what the ledger knows of it now: another run may have just finished
   * it.
   */
  | { readonly kind: 'mine'; readonly standing: OutputRow | undefined }
  /** Another living run is making it. */
  | { readonly kind: 'other'; readonly runId: string; readonly pid: number }
  /** Another source of this run leads to the same output. */
  | { readonly kind: 'collision'; readonly with: string };

export interface ClaimRow {
  readonly collisionKey: string;
  readonly outputPath: string;
  readonly sourcePath: string;
  readonly runId: string;
  /** What the output will be once it has its name; undefined until it is about to get it. */
  readonly intent?: NewOutput | undefined;
}

/** The table `claims`: which run is making which output right now. Belongs into a write transaction. */
export class ClaimTable {
  readonly #select: StatementSync;
  readonly #left: StatementSync;
  readonly #put: StatementSync;
  readonly #intend: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteOf: StatementSync;

  constructor(db: DatabaseSync) {
    this.#select = db.prepare('SELECT * FROM claims WHERE collision_key = ?');
    this.#left = db.prepare(
      `SELECT * FROM claims WHERE intent IS NOT NULL
       AND run_id NOT IN (SELECT id FROM runs WHERE state = 'running')`,
    );
    this.#put = db.prepare('INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?, NULL)');
    this.#intend = db.prepare('UPDATE claims SET intent = ? WHERE run_id = ? AND output_path = ?');
    this.#delete = db.prepare('DELETE FROM claims WHERE run_id = ? AND output_path = ?');
    this.#deleteOf = db.prepare('DELETE FROM claims WHERE run_id = ? AND intent IS NULL');
  }

  get(collisionKey: string): ClaimRow | undefined {
    const row = this.#select.get(collisionKey);
    return row && toRow(row);
  }

  /** The claims with an intent that runs left when they ended or died. */
  leftIntents(): ClaimRow[] {
    return this.#left.all().map(toRow);
  }

  /** Puts a claim without an intent in the place of whatever claim there is. */
  put(claim: ClaimRow): void {
    this.#put.run(claim.collisionKey, claim.outputPath, claim.sourcePath, claim.runId);
  }

  /** False when the run holds no claim of that output. */
  intend(runId: string, intent: NewOutput): boolean {
    return this.#intend.run(packIntent(intent), runId, intent.outputPath).changes === 1;
  }

  delete(runId: string, outputPath: string): void {
    this.#delete.run(runId, outputPath);
  }

  /** Drops the claims of a run but those with an intent, which are to be looked at. */
  deleteOf(runId: string): void {
    this.#deleteOf.run(runId);
  }
}

function toRow(row: Record<string, SQLOutputValue>): ClaimRow {
  return {
    collisionKey: String(row.collision_key),
    outputPath: String(row.output_path),
    sourcePath: String(row.source_path),
    runId: String(row.run_id),
    intent: row.intent === null ? undefined : unpackIntent(String(row.intent)),
  };
}
