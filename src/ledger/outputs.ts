import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';

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
}

const columns = `output_path, source_path, recipe_key, output_folder, job_key, state, source_size, source_mtime_ns,
  source_inode, source_sha256, output_size, output_mtime_ns, output_inode, output_sha256, run_id, done_at_ms, plan`;

/** The table `outputs`. Lookups are synchronous reads of prepared statements. */
export class OutputTable {
  readonly #upsert: StatementSync;
  readonly #bySource: StatementSync;
  readonly #byPath: StatementSync;
  readonly #byJob: StatementSync;

  constructor(db: DatabaseSync) {
    const read = (condition: string) => {
      const statement = db.prepare(`SELECT ${columns} FROM outputs WHERE ${condition}`);
      statement.setReadBigInts(true);
      statement.setReturnArrays(true);
      return statement;
    };
    this.#upsert = db.prepare(
      `INSERT OR REPLACE INTO outputs (${columns}) VALUES (${Array(17).fill('?').join(', ')})`,
    );
    this.#bySource = read(
      'source_path = ? AND recipe_key = ? AND output_folder = ? ORDER BY done_at_ms DESC LIMIT 1',
    );
    this.#byPath = read('output_path = ?');
    this.#byJob = read('job_key = ? ORDER BY done_at_ms DESC LIMIT 1');
  }

  put(row: OutputRow): void {
    const { source, output } = row;
    this.#upsert.run(
      row.outputPath,
      row.sourcePath,
      row.recipeKey,
      row.outputFolder,
      row.jobKey,
      row.state,
      source.size,
      source.mtimeNs,
      BigInt.asIntN(64, source.inode),
      source.sha256,
      output?.size ?? null,
      output?.mtimeNs ?? null,
      output === undefined ? null : BigInt.asIntN(64, output.inode),
      output?.sha256 ?? null,
      row.runId,
      row.doneAtMs,
      row.plan === undefined ? null : JSON.stringify(row.plan),
    );
  }

  bySource(sourcePath: string, recipeKey: string, outputFolder: string): OutputRow | undefined {
    return toRow(this.#bySource.get(sourcePath, recipeKey, outputFolder));
  }

  byPath(outputPath: string): OutputRow | undefined {
    return toRow(this.#byPath.get(outputPath));
  }

  byJob(jobKey: string): OutputRow | undefined {
    return toRow(this.#byJob.get(jobKey));
  }
}

function toRow(found: unknown): OutputRow | undefined {
  if (found === undefined) return undefined;
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
  };
}

// Inodes are unsigned, SQLite's integers are not.
function toStamp(row: SQLOutputValue[], at: number): FileStamp {
  return {
    size: Number(row[at]),
    mtimeNs: row[at + 1] as bigint,
    inode: BigInt.asUintN(64, row[at + 2] as bigint),
    sha256: row[at + 3] as string,
  };
}
