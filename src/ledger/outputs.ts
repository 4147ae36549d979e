import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { MadeBy } from '../report/made.ts';

/** What a file was like when it was last looked at; exact, so that equality means untouched. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly inode: bigint;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** One finished output, by its path. */
export interface OutputRow {
  /** Absolute, as are all paths here. */
  readonly outputPath: string;
  readonly sourcePath: string;
  /** Hash of the recipe and the output options. */
  readonly recipeKey: string;
  readonly outputFolder: string;
  /** Hash of the source's bytes and the recipe: what the picture was made of. */
  readonly jobKey: string;
  readonly state: 'enhanced' | 'unchanged';
  readonly source: FileStamp;
  readonly output: FileStamp | undefined;
  readonly runId: string;
  /** Wall clock, milliseconds since 1970. */
  readonly doneAtMs: number;
  /** What was done to the picture; anything JSON can hold. */
  readonly plan: unknown;
  /** Absent where an older version made it. */
  readonly made?: MadeBy | undefined;
}

/** An output that is about to be finished. */
export type NewOutput = Omit<OutputRow, 'runId' | 'doneAtMs'>;

/** What is known anew of a finished output. */
export interface Stamps {
  readonly source?: FileStamp;
  readonly output?: FileStamp;
  readonly sourcePath?: string;
}

const columns = `output_path, source_path, recipe_key, output_folder, job_key, state, source_size, source_mtime_ns,
  source_inode, source_sha256, output_size, output_mtime_ns, output_inode, output_sha256, run_id, done_at_ms, plan, made`;

const pageRows = 500;

/** The table `outputs`. Lookups are synchronous reads of prepared statements. */
export class OutputTable {
  readonly #upsert: StatementSync;
  readonly #bySource: StatementSync;
  readonly #byPath: StatementSync;
  readonly #inFolder: StatementSync;
  readonly #restamp: StatementSync;

  constructor(db: DatabaseSync) {
    const read = (condition: string) => {
      const statement = db.prepare(`SELECT ${columns} FROM outputs WHERE ${condition}`);
      statement.setReadBigInts(true);
      statement.setReturnArrays(true);
      return statement;
    };
    this.#upsert = db.prepare(
      `INSERT OR REPLACE INTO outputs (${columns}) VALUES (${Array(18).fill('?').join(', ')})`,
    );
    this.#bySource = read(
      'source_path = ? AND recipe_key = ? AND output_folder = ? ORDER BY done_at_ms DESC LIMIT 1',
    );
    this.#byPath = read('output_path = ?');
    this.#inFolder = read(
      `output_folder = ? AND recipe_key = ? AND output_path > ? ORDER BY output_path LIMIT ${pageRows}`,
    );
    this.#restamp = db.prepare(
      `UPDATE outputs SET source_path = coalesce(?, source_path),
       (source_size, source_mtime_ns, source_inode, source_sha256) = (coalesce(?, source_size),
         coalesce(?, source_mtime_ns), coalesce(?, source_inode), coalesce(?, source_sha256)),
       (output_size, output_mtime_ns, output_inode, output_sha256) = (coalesce(?, output_size),
         coalesce(?, output_mtime_ns), coalesce(?, output_inode), coalesce(?, output_sha256))
       WHERE output_path = ?`,
    );
  }

  put(row: OutputRow): void {
    this.#upsert.run(
      row.outputPath,
      row.sourcePath,
      row.recipeKey,
      row.outputFolder,
      row.jobKey,
      row.state,
      ...fromStamp(row.source),
      ...fromStamp(row.output),
      row.runId,
      row.doneAtMs,
      row.plan === undefined ? null : JSON.stringify(row.plan),
      row.made === undefined ? null : JSON.stringify(row.made),
    );
  }

  /** What is left out stays as it is; a path without a row is left without one. */
  restamp(outputPath: string, { source, output, sourcePath }: Stamps): void {
    this.#restamp.run(sourcePath ?? null, ...fromStamp(source), ...fromStamp(output), outputPath);
  }

  bySource(sourcePath: string, recipeKey: string, outputFolder: string): OutputRow | undefined {
    return toRow(this.#bySource.get(sourcePath, recipeKey, outputFolder));
  }

  byPath(outputPath: string): OutputRow | undefined {
    return toRow(this.#byPath.get(outputPath));
  }

  /** All that was made by a recipe into a folder, by path, a page at a time: no read transaction stays open between. */
  *inFolder(outputFolder: string, recipeKey: string): Generator<OutputRow> {
    let after = '';
    for (;;) {
      const rows = this.#inFolder.all(outputFolder, recipeKey, after).map(toOutput);
      yield* rows;
      if (rows.length < pageRows) return;
      after = rows.at(-1)?.outputPath ?? '';
    }
  }
}

// Inodes are unsigned, SQLite's integers are not.
function fromStamp(stamp: FileStamp | undefined): (number | bigint | string | null)[] {
  if (stamp === undefined) return [null, null, null, null];
  return [stamp.size, stamp.mtimeNs, BigInt.asIntN(64, stamp.inode), stamp.sha256];
}

function toRow(found: unknown): OutputRow | undefined {
  return found === undefined ? undefined : toOutput(found);
}

function toOutput(found: unknown): OutputRow {
  // In the order of `columns`; with setReturnArrays a row is a plain array.
  const row = found as SQLOutputValue[];
  return {
    outputPath: row[0] as string,
    sourcePath: row[1] as string,
    recipeKey: row[2] as string,
    outputFolder: row[3] as string,
    jobKey: row[4] as string,
    state: row[5] as OutputRow['state'],
    source: toStamp(row, 6),
    output: row[10] === null ? undefined : toStamp(row, 10),
    runId: row[14] as string,
    doneAtMs: Number(row[15]),
    plan: row[16] === null ? undefined : JSON.parse(row[16] as string),
    made: row[17] === null ? undefined : (JSON.parse(row[17] as string) as MadeBy),
  };
}

function toStamp(row: SQLOutputValue[], at: number): FileStamp {
  return {
    size: Number(row[at]),
    mtimeNs: row[at + 1] as bigint,
    inode: BigInt.asUintN(64, row[at + 2] as bigint),
    sha256: row[at + 3] as string,
  };
}
