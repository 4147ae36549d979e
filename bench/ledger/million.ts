// A ledger of many calls: what a reservation under limits takes, what sums take, and how large the file is.
// Run: npm run build && node bench/ledger/million.ts [calls]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/clock.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { Run } from '../../src/ledger/runs.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { findPaths } from '../../src/settings/paths.ts';
import { machine, median } from '../measure.ts';

const cli = fileURLToPath(new URL('../../bin/imgsys.js', import.meta.url));
const calls = Number(process.argv[2] ?? 1_000_000);
const rounds = 300;
const home = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));

try {
  const env = { ...process.env, IMGSYS_HOME: home };
  const file = findPaths(env, process.platform).ledger;
  mkdirSync(dirname(file), { recursive: true });
  console.log(
    `${machine()}; ${calls.toLocaleString('en-US')} calls of two years, three keys, two models, 1,000 runs`,
  );
  (await openLedger(file, systemClock)).close();
  const filledMs = timed(() => fill(file));
  const ledger = await openLedger(file, systemClock, undefined, async () => undefined);
  const checkMs = timed(() => {
    const [problem] = ledger.limits.check();
    if (problem !== undefined) throw new Error(problem);
  });
  const run = await ledger.beginRun({ recipe: {}, outputFolder: '/out', inPlace: false, roots: ['/photos'] });
  const rows = [
    ['without limits', await reservations(ledger, run, 0)],
    ['under three limits', await reservations(ledger, run, 3)],
    ['under three limits, full: asked in vain', await refusals(ledger, run)],
    ...['month', 'day', 'key', 'model', 'run', 'preset'].map((by) => [
      `imgsys usage --by ${by}`,
      usage(by, env),
    ]),
  ] as [string, number[]][];
  await ledger.endRun(run, { state: 'finished', counts: null });
  ledger.close();
  for (const [name, ms] of rows) {
    console.log(`${name.padEnd(42)} ${inMs(median(ms)).padStart(9)}  slowest ${inMs(Math.max(...ms))}`);
  }
  console.log(`comparing the running sums with all calls ${inMs(checkMs).padStart(10)}`);
  console.log(`filled in ${inMs(filledMs)}; the file has ${(statSync(file).size / 2 ** 20).toFixed(0)} MiB`);
} finally {
  rmSync(home, { recursive: true, force: true });
}

// Straight into the tables, as a real ledger would have them after a long time.
function fill(file: string): void {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  db.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
     INSERT INTO runs (id, state, started_ms, heartbeat_ms, machine, pid, process_start, recipe, in_place, roots, preset)
     SELECT 'run ' || i, 'finished', 0, 0, '', 0, '', '{}', 0, '[]', 'preset ' || (i % 4) FROM n`,
  ).run();
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${calls - 1})`;
  db.prepare(
    `${numbers} INSERT INTO purchases (key, source_sha256, provider, model, source_path)
     SELECT printf('%064x', i), printf('%064x', i), 'openai', 'model ' || (i % 2), '/photos/folder/' || i || '.jpg' FROM n`,
  ).run();
  // The last day is today, so that the limits of the day and the month have something to count.
  db.prepare(
    `${numbers} INSERT INTO attempts (id, purchase_key, run_id, provider, model, key_name, source_path, state,
       reserved_microusd, expected_low_microusd, expected_high_microusd, price, cost_microusd, cost_kind, usage,
       request_id, local_day, tz_offset_minutes, reserved_at_ms, sent_at_ms, ended_at_ms)
     SELECT 'call ' || i, printf('%064x', i), 'run ' || (i * 1000 / ${calls}), 'openai', 'model ' || (i % 2),
       'openai/key' || (i % 3), '/photos/folder/' || i || '.jpg', iif(i % 50 = 0, 'refused', 'paid'),
       60000, 20000, 50000, '{"input":8,"output":30}', 30000 + i % 1000, 'measured', '{"outputTokens":1000}',
       printf('req_%032x', i), date('now', 'localtime', printf('-%d days', 729 - i * 730 / ${calls})), 0,
       unixepoch('now') * 1000, unixepoch('now') * 1000, unixepoch('now') * 1000 FROM n`,
  ).run();
  db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

async function reservations(ledger: Ledger, run: Run, limits: number): Promise<number[]> {
  await ledger.limits.set(threeLimits(1e12).slice(0, limits));
  const book = bindPurchases(ledger, run);
  const ms: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const key = `${limits} ${round}`;
    await open(ledger, run, key);
    const startMs = performance.now();
    const reservation = await book.reserve(key, { keyName: 'openai/key1', reservedMicrousd: 60_000 });
    ms.push(performance.now() - startMs);
    if (reservation.kind !== 'reserved') throw new Error(reservation.kind);
    await book.release(reservation.id);
    await book.close(key);
  }
  return ms;
}

async function refusals(ledger: Ledger, run: Run): Promise<number[]> {
  await ledger.limits.set(threeLimits(1));
  await open(ledger, run, 'k');
  const ms: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now();
    const { kind } = await ledger.buying.reserve(run, 'k', {
      keyName: 'openai/key1',
      reservedMicrousd: 60_000,
    });
    ms.push(performance.now() - startMs);
    if (kind !== 'over') throw new Error(kind);
  }
  return ms;
}

function threeLimits(amountMicrousd: number) {
  const rest = { amountMicrousd, soft: undefined, warnOnly: false };
  return [
    { scope: 'all', name: '', period: 'month', ...rest },
    { scope: 'provider', name: 'openai', period: 'day', ...rest },
    { scope: 'key', name: 'openai/key1', period: 'month', ...rest },
  ] as const;
}

async function open(ledger: Ledger, run: Run, key: string): Promise<void> {
  const picture = { sourceSha256: key, sourcePath: `/photos/${key}.jpg`, relative: `${key}.jpg` };
  const purchase = { key, ...picture, provider: 'openai', model: 'model 1' };
  await ledger.buying.open(run, purchase, { unsettled: false, useless: false });
}

function usage(by: string, env: NodeJS.ProcessEnv): number[] {
  return Array.from({ length: 5 }, () =>
    timed(() => {
      const { status, stderr } = spawnSync(process.execPath, [cli, 'usage', '--by', by], {
        env,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
    }),
  );
}

function timed(task: () => void): number {
  const startMs = performance.now();
  task();
  return performance.now() - startMs;
}

function inMs(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
}
