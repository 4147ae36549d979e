import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { ItemReason } from '../errors.ts';
import type { MadeBy } from '../report/made.ts';

export type ItemState = 'enhanced' | 'unchanged' | 'failed' | 'skipped';

/** What became of one source in one run. */
export interface Item {
  /** Absolute path, or the escaped name where the path cannot be written in UTF-8. */
  readonly source: string;
  readonly output: string | undefined;
  readonly state: ItemState;
  /** Why it failed or was skipped. A skipped item without a reason was done before. */
  readonly reason?: ItemReason | undefined;
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
  /** What it took, in milliseconds. */
  readonly elapsedMs: number;
  /** Absent for what was not made, and for what older versions made. */
  readonly made?: MadeBy | undefined;
}

export interface ItemRow extends Item {
  readonly runId: string;
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
}

const pageRows = 500;

/** The table `items`. Writing verbs belong into a transaction. */
export class ItemTable {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insert = db.prepare(
      `INSERT INTO items (run_id, source, output, state, reason, message, hint, elapsed_ms, at_ms, made)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  insert(row: ItemRow): void {
    this.#insert.run(
      row.runId,
      row.source,
      row.output ?? null,
      row.state,
      row.reason ?? null,
      row.message ?? null,
      row.hint ?? null,
      Math.round(row.elapsedMs),
      row.atMs,
      row.made === undefined ? null : JSON.stringify(row.made),
    );
  }

  /** The items of a run in the order they ended, a page at a time: no read transaction stays open between. */
  *of(runId: string, state?: ItemState): Generator<ItemRow> {
    // Of all states no index has a run's items in order: by one, each page would sort the whole run (`+` rules that out).
    const condition = state === undefined ? '+run_id = :runId' : 'run_id = :runId AND state = :state';
    const page = this.#db.prepare(
      `SELECT * FROM items WHERE ${condition} AND id > :after ORDER BY id LIMIT ${pageRows}`,
    );
    let after = 0;
    for (;;) {
      const rows = page.all(state === undefined ? { runId, after } : { runId, after, state });
      for (const row of rows) yield toRow(row);
      if (rows.length < pageRows) return;
      after = Number(rows.at(-1)?.id);
    }
  }

  /** Forgets what runs begun before `beforeMs` skipped; what they made or failed at is kept. */
  pruneSkipped(beforeMs: number): void {
    this.#db
      .prepare(
        "DELETE FROM items WHERE state = 'skipped' AND run_id IN (SELECT id FROM runs WHERE started_ms < ?)",
      )
      .run(beforeMs);
  }
}

function toRow(row: Record<string, SQLOutputValue>): ItemRow {
  const text = (name: string) => (row[name] === null ? undefined : String(row[name]));
  return {
    runId: String(row.run_id),
    source: String(row.source),
    output: text('output'),
    state: row.state as ItemState,
    reason: text('reason') as ItemReason | undefined,
    message: text('message'),
    hint: text('hint'),
    elapsedMs: Number(row.elapsed_ms),
    atMs: Number(row.at_ms),
    made: row.made === null ? undefined : (JSON.parse(String(row.made)) as MadeBy),
  };
}
