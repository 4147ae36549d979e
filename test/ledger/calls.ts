// A ledger with calls of any kind, written past the program: for what is told of them.
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../src/ledger/database.ts';

export interface RunSeed {
  readonly id: string;
  readonly preset?: string;
  readonly tag?: string;
}

export interface CallSeed {
  readonly run?: string;
  readonly day?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly key?: string;
  readonly path?: string;
  readonly state?: 'reserved' | 'sent' | 'paid' | 'refused' | 'released' | 'unsettled';
  readonly settled?: 'charged' | 'free' | 'again';
  readonly useless?: boolean;
  readonly reserved?: number | null;
  readonly cost?: number | null;
  readonly expected?: readonly [low: number, high: number];
  readonly requestId?: string;
  readonly atMs?: number;
  readonly tzOffsetMinutes?: number;
}

export interface ReuseSeed extends Pick<CallSeed, 'run' | 'day' | 'key' | 'model'> {
  readonly path: string;
  readonly saved: number | null;
}

/** Adds to the ledger at `file`, which is made where there is none. Calls of one file are named `call 1`, `call 2` … */
export function seedCalls(
  file: string,
  calls: readonly CallSeed[],
  { runs = [{ id: 'run' }], reuses = [] }: { runs?: readonly RunSeed[]; reuses?: readonly ReuseSeed[] } = {},
): void {
  openDatabase(file).close();
  const db = new DatabaseSync(file, { enableForeignKeyConstraints: true });
  db.exec('BEGIN');
  const run = db.prepare(
    `INSERT INTO runs (id, state, started_ms, heartbeat_ms, machine, pid, process_start, recipe, in_place, roots,
     preset, tag) VALUES (?, 'finished', 0, 0, 'machine', 1, 'start', '{}', 0, '[]', ?, ?) ON CONFLICT DO NOTHING`,
  );
  for (const { id, preset = null, tag = null } of runs) run.run(id, preset, tag);
  db.exec(
    `INSERT OR IGNORE INTO purchases (key, source_sha256, provider, model, source_path)
     VALUES ('key', 'sha', 'openai', 'gpt-image-1', '/photos/a.jpg')`,
  );
  const call = db.prepare(
    `INSERT INTO attempts (id, purchase_key, run_id, provider, model, key_name, source_path, state, reserved_microusd,
     expected_low_microusd, expected_high_microusd, cost_microusd, cost_kind, request_id, useless, settled, local_day,
     tz_offset_minutes, reserved_at_ms)
     VALUES (:id, 'key', :run, :provider, :model, :key, :path, :state, :reserved, :low, :high, :cost, :kind, :request,
     :useless, :settled, :day, :offset, :atMs)`,
  );
  let number = Number(db.prepare('SELECT count(*) AS count FROM attempts').get()?.count);
  for (const seed of calls) {
    number += 1;
    const { state = 'paid', day = '2026-11-21', cost = state === 'paid' ? 50_000 : null } = seed;
    call.run({
      ...{
        id: `call ${number}`,
        run: seed.run ?? 'run',
        provider: seed.provider ?? 'openai',
        state,
        day,
        cost,
      },
      ...{
        model: seed.model ?? 'gpt-image-1',
        key: seed.key ?? 'openai/team',
        path: seed.path ?? '/photos/a.jpg',
      },
      ...{
        reserved: seed.reserved === undefined ? 60_000 : seed.reserved,
        kind: cost === null ? 'unknown' : 'measured',
      },
      ...{
        low: seed.expected?.[0] ?? null,
        high: seed.expected?.[1] ?? null,
        request: seed.requestId ?? null,
      },
      ...{ useless: seed.useless ? 1 : 0, settled: seed.settled ?? null, offset: seed.tzOffsetMinutes ?? 0 },
      atMs: seed.atMs ?? Date.parse(`${day}T12:00:00Z`),
    });
  }
  const reuse = db.prepare('INSERT INTO reuses VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  for (const {
    run = 'run',
    path,
    day = '2026-11-21',
    key = 'openai/team',
    model = 'gpt-image-1',
    saved,
  } of reuses) {
    reuse.run(run, path, 'openai', key, model, day, Date.parse(`${day}T12:00:00Z`), saved);
  }
  db.exec('COMMIT');
  db.close();
}
