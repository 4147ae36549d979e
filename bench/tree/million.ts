// A tree of a million files in wide, deep and odd folders: what is found, checked again, shown, stopped and gone on with.
// Run: npm run build && node bench/tree/million.ts [files [pictures that are really made]]
import { mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine } from '../measure.ts';
import { finishAll } from './finish-all.ts';
import { growTree } from './grow.ts';
import { type Ran, runToEnd } from './run.ts';

const program = fileURLToPath(new URL('../../bin/imgsys.js', import.meta.url));
const counter = fileURLToPath(new URL('./found.ts', import.meta.url));
const [files = 1_000_000, made = 2_000] = process.argv.slice(2).map(Number);
const sizes = [files / 100, files / 10, files].filter((size) => size >= 1_000);
let breaches = 0;

console.log(machine());
const folder = mkdtempSync(join(roomFor(files), 'imgsys-bench-'));
try {
  for (const size of sizes) await measureTree(size);
  await stopAndGoOn();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${breaches} breaches`);
process.exitCode = breaches === 0 ? 0 : 1;

async function measureTree(size: number): Promise<void> {
  const work = join(folder, `tree-${size}`);
  const { env, imgsys } = user(work);
  const [grown, growSeconds] = await timed(() => growTree(join(work, 'in'), size));
  row(size, 'grown', grown, growSeconds);
  // Each twice: the first look warms the caches for both.
  for (const _ of [1, 2]) {
    const find = await runToEnd(['find', 'in', '-type', 'f', '-printf', '%i %s %T@\\n'], { cwd: work, env });
    row(size, 'find, with sizes and times', size, find.seconds, find.peakBytes);
    const ours = await runToEnd([process.execPath, counter, 'in'], { cwd: work, env });
    row(size, 'discover', Number(ours.lastLine), ours.seconds, ours.peakBytes, ours.seconds / find.seconds);
    expect('files found', Number(ours.lastLine), size);
  }
  const first = await imgsys('enhance', 'in', '--limit', '1', '-o', 'out', '--json', '-q');
  const [rows, finishSeconds] = await timed(() =>
    finishAll(work, join(work, 'in'), join(env.IMGSYS_HOME, 'ledger.sqlite')),
  );
  row(size, 'written down as done', rows, finishSeconds);
  const before = ledgerBytes(env.IMGSYS_HOME);
  const again = await imgsys('enhance', 'in', '-o', 'out', '--json', '-q');
  row(size, 'checked again', skipped(again), again.seconds, again.peakBytes);
  expect('known as done', skipped(again), size);
  const dry = await imgsys('enhance', 'in', '-o', 'out', '--json', '-q', '--dry-run');
  row(size, 'checked again, dry run', skipped(dry), dry.seconds, dry.peakBytes);
  expect('known as done in a dry run', skipped(dry), size);
  const run = String(first.summary?.run);
  const shown = await imgsys('runs', 'show', run, '--all', '--json');
  row(size, 'runs show', shown.lines - 1, shown.seconds, shown.peakBytes);
  expect('items shown', shown.lines - 1, size);
  const usage = await imgsys('usage');
  row(size, 'usage', size, usage.seconds, usage.peakBytes);
  const stopped = await imgsys.stopping(size / 2, 'enhance', 'in', '-o', 'out', '--json');
  row(size, 'checked, Ctrl-C half way', skipped(stopped), stopped.seconds, stopped.peakBytes);
  expect('exit code of Ctrl-C', stopped.code, 130);
  const resumed = await imgsys('enhance', 'in', '-o', 'out', '--json', '-q');
  expect('known as done after Ctrl-C', skipped(resumed), size);
  const after = ledgerBytes(env.IMGSYS_HOME);
  const grew = (after - before) / 3 / size;
  console.log(
    `  ledger ${inMiB(before)} before, ${inMiB(after)} after 3 runs: ${grew.toFixed(0)} bytes a file and run`,
  );
  rmSync(work, { recursive: true, force: true });
}

// Pictures that are really made, with Ctrl-C in between, twice: each is made once, and none is left out.
async function stopAndGoOn(): Promise<void> {
  const work = join(folder, 'made');
  const { imgsys } = user(work);
  await growTree(join(work, 'in'), made);
  const plan = await imgsys('enhance', 'in', '-o', 'out', '--dry-run', '--json', '-q');
  row(made, 'planned', count(plan, 'planned'), plan.seconds, plan.peakBytes);
  expect('planned', count(plan, 'planned'), made);
  let [enhanced, seconds, peak] = [0, 0, 0];
  const rounds = [made / 4, made / 4, Number.POSITIVE_INFINITY];
  for (const at of rounds) {
    const ran = await imgsys.stopping(at, 'enhance', 'in', '-o', 'out', '--json');
    enhanced += count(ran, 'enhanced') + count(ran, 'unchanged');
    [seconds, peak] = [seconds + ran.seconds, Math.max(peak, ran.peakBytes)];
    expect('exit code', ran.code, at === Number.POSITIVE_INFINITY ? 0 : 130);
    expect('failed', count(ran, 'failed'), 0);
  }
  row(made, 'made, stopped twice', enhanced, seconds, peak);
  expect('made over three runs', enhanced, made);
  const outputs = await runToEnd(['find', 'out', '-type', 'f', '-printf', '.'], { cwd: work, env: {} });
  expect('files in the output folder', outputs.bytes, made);
}

type Imgsys = ((...args: string[]) => Promise<Ran>) & {
  /** With Ctrl-C once so many lines of results have come. */
  readonly stopping: (lines: number, ...args: string[]) => Promise<Ran>;
};

function user(work: string): { env: { IMGSYS_HOME: string; CI: string }; imgsys: Imgsys } {
  const env = { IMGSYS_HOME: `${work}-home`, CI: '1' };
  const stopping = (lines: number, ...args: string[]) =>
    runToEnd([process.execPath, program, ...args], { cwd: work, env, stopAfterLines: lines });
  const imgsys = (...args: string[]) => stopping(Number.POSITIVE_INFINITY, ...args);
  return { env, imgsys: Object.assign(imgsys, { stopping }) };
}

function skipped({ summary }: Ran): number {
  return Number((summary?.skippedBy as Record<string, number> | undefined)?.done ?? 0);
}

function count({ summary }: Ran, what: string): number {
  return Number(summary?.[what] ?? Number.NaN);
}

function ledgerBytes(home: string): number {
  return statSync(join(home, 'ledger.sqlite')).size;
}

function expect(what: string, found: number | null, wanted: number): void {
  if (found === wanted) return;
  breaches += 1;
  console.log(`  BREACH ${what}: ${found}, not ${wanted}`);
}

function row(size: number, what: string, counted: number, seconds: number, peak = 0, ratio = 0): void {
  const rate = `${Math.round(counted / seconds).toLocaleString('en-US')}/s`;
  const memory = peak > 0 ? inMiB(peak) : '';
  const beside = ratio > 0 ? `${ratio.toFixed(1)} times find` : '';
  console.log(
    [
      size.toLocaleString('en-US').padStart(9),
      what.padEnd(28),
      counted.toLocaleString('en-US').padStart(9),
      `${seconds.toFixed(2)} s`.padStart(10),
      rate.padStart(12),
      memory.padStart(8),
      beside,
    ].join('  '),
  );
}

function inMiB(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

async function timed<T>(task: () => T | Promise<T>): Promise<[T, number]> {
  const startMs = performance.now();
  const result = await task();
  return [result, (performance.now() - startMs) / 1000];
}

// Memory where it has room and inodes for inputs, outputs and as much again; a disk otherwise.
function roomFor(count: number): string {
  for (const place of ['/dev/shm', tmpdir()]) {
    const { bavail, bsize, ffree } = statfsSync(place);
    if (bavail * bsize > count * 3_000 + 2 ** 30 && ffree > count * 2.2) return place;
  }
  throw new Error(`no room for ${count} files: neither /dev/shm nor ${tmpdir()} has the blocks and inodes`);
}
