import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { randomLetters } from './letters.ts';
import { isAlive, type ProcessIdentity } from './process.ts';

export type RunState = 'running' | 'finished' | 'interrupted' | 'failed';

/** One run as its owner holds it. */
export interface Run {
  /** Sortable by minute and readable: `2026-11-21T0412-k3f` (UTC). */
  readonly id: string;
  /** The process that owns it, as the ledger writes it. */
  readonly owner: ProcessIdentity;
}

export interface NewRun {
  /** What is done to each picture; anything JSON can hold, without file names or secrets. */
  readonly recipe: unknown;
  /** Absolute; undefined where each picture goes back to its own place. */
  readonly outputFolder: string | undefined;
  readonly inPlace: boolean;
  /** Absolute paths of the files and folders the run takes its sources from. */
  readonly roots: readonly string[];
  /** By which name the recipe was chosen. */
  readonly preset?: string | undefined;
  /** The project the run is accounted to. */
  readonly tag?: string | undefined;
}

export interface RunRow extends NewRun {
  readonly id: string;
  readonly state: RunState;
  /** False for a `running` row whose process is gone. */
  readonly live: boolean;
  readonly pid: number;
  /** Wall clock, milliseconds since 1970, as are all `…Ms` here. */
  readonly startedMs: number;
  readonly heartbeatMs: number;
  readonly endedMs: number | undefined;
  readonly counts: unknown;
}

/** The table `runs`. Writing verbs belong into a transaction. */
export class RunTable {
  readonly #db: DatabaseSync;
  readonly #here: ProcessIdentity;

  constructor(db: DatabaseSync, here: ProcessIdentity) {
    this.#db = db;
    this.#here = here;
  }

  insert(run: NewRun, nowMs: number): Run {
    const here = this.#here;
    const statement = this.#db.prepare(
      `INSERT INTO runs (id, state, started_ms, heartbeat_ms, machine, pid, process_start, recipe, output_folder,
       in_place, roots, preset, tag) VALUES (?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    for (;;) {
      const id = newId(nowMs);
      const { changes } = statement.run(
        id,
        nowMs,
        nowMs,
        here.machine,
        here.pid,
        here.startedAt,
        JSON.stringify(run.recipe),
        run.outputFolder ?? null,
        run.inPlace ? 1 : 0,
        JSON.stringify(run.roots),
        run.preset ?? null,
        run.tag ?? null,
      );
      if (changes === 1) return { id, owner: here };
    }
  }

  beat(id: string, nowMs: number): void {
    this.#db.prepare('UPDATE runs SET heartbeat_ms = ? WHERE id = ?').run(nowMs, id);
  }

  end(id: string, state: RunState, counts: unknown, endedMs: number): void {
    this.#db
      .prepare('UPDATE runs SET state = ?, counts = ?, ended_ms = ? WHERE id = ?')
      .run(state, counts === undefined ? null : JSON.stringify(counts), endedMs, id);
  }

  get(id: string, nowMs: number): RunRow | undefined {
    const row = this.#db.prepare('SELECT * FROM runs WHERE id = ?').get(id);
    return row && this.#row(row, nowMs);
  }

  /** The latest `limit` runs, newest first. */
  latest(limit: number, nowMs: number): RunRow[] {
    const rows = this.#db.prepare('SELECT * FROM runs ORDER BY rowid DESC LIMIT ?').all(limit);
    return rows.map((row) => this.#row(row, nowMs));
  }

  /** All rows in state `running`, whether their process lives or not. */
  running(nowMs: number): RunRow[] {
    const rows = this.#db.prepare("SELECT * FROM runs WHERE state = 'running'").all();
    return rows.map((row) => this.#row(row, nowMs));
  }

  #row(row: Record<string, SQLOutputValue>, nowMs: number): RunRow {
    const owner = {
      machine: String(row.machine),
      pid: Number(row.pid),
      startedAt: String(row.process_start),
      heartbeatMs: Number(row.heartbeat_ms),
    };
    return {
      id: String(row.id),
      state: row.state as RunState,
      live: row.state === 'running' && isAlive(owner, this.#here, nowMs),
      pid: owner.pid,
      startedMs: Number(row.started_ms),
      heartbeatMs: owner.heartbeatMs,
      endedMs: row.ended_ms === null ? undefined : Number(row.ended_ms),
      recipe: JSON.parse(String(row.recipe)),
      outputFolder: row.output_folder === null ? undefined : String(row.output_folder),
      inPlace: row.in_place === 1,
      roots: JSON.parse(String(row.roots)),
      preset: row.preset === null ? undefined : String(row.preset),
      tag: row.tag === null ? undefined : String(row.tag),
      counts: row.counts === null ? undefined : JSON.parse(String(row.counts)),
    };
  }
}

function newId(nowMs: number): string {
  const minute = new Date(nowMs).toISOString().slice(0, 16).replace(':', '');
  return `${minute}-${randomLetters(3)}`;
}
