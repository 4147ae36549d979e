// Runs that last: what a process holds after each thousand pictures, and what stays behind when keys change in between.
// Run: npm run build && node bench/soak/soak.ts [local pictures [paid pictures [rounds with a new key [pictures a round]]]]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine } from '../measure.ts';
import { growTree } from './pictures.ts';
import { rotateRounds } from './rotate.ts';
import { chargesIn, type Sample, watchRun } from './watch-run.ts';
import { startService } from './with-service.ts';

const [local = 20_000, paid = 5_000, rounds = 5, perRound = 200] = process.argv.slice(2).map(Number);
const most = { rssMiB: 3, heapMiB: 1, fds: 1, workers: 0.5 };
let breaches = 0;

console.log(machine());
const folder = mkdtempSync(join(tmpdir(), 'imgsys-soak-'));
try {
  if (local > 0) await soakLocal();
  if (paid > 0) await soakPaid();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${breaches} breaches`);
process.exitCode = breaches === 0 ? 0 : 1;

async function soakLocal(): Promise<void> {
  const work = join(folder, 'local');
  await growTree(join(work, 'in'), local);
  const env = { IMGSYS_HOME: join(folder, 'local-home'), CI: '1' };
  console.log(`\nlocal, ${local} pictures in one run`);
  const { code, summary, samples } = await watchRun(['enhance', 'in', '-o', 'out'], {
    work,
    env,
    each: 1_000,
  });
  expect('exit code', code, 0);
  expect('made', count(summary, 'enhanced') + count(summary, 'unchanged'), local);
  judge(samples);
  const again = await watchRun(['enhance', 'in', '-o', 'out'], { work, env, each: Number.POSITIVE_INFINITY });
  expect('known as done in a second run', count(again.summary, 'skipped'), local);
}

async function soakPaid(): Promise<void> {
  const work = join(folder, 'paid');
  await growTree(join(work, 'in'), paid);
  const service = await startService();
  try {
    const env = { IMGSYS_HOME: join(folder, 'paid-home'), CI: '1', IMGSYS_PASSPHRASE: 'a phrase for a soak' };
    await service.addKey(env);
    console.log(`\npaid, ${paid} pictures in one run, a service with faults`);
    const args = ['enhance', 'in', '-o', 'out', '--provider', 'openai', '--timeout', '5s', '--yes'];
    const { code, summary, samples } = await watchRun(args, { work, env, each: 500 });
    const ended = ['enhanced', 'unchanged', 'failed'].map((name) => count(summary, name));
    expect(
      'pictures that ended',
      ended.reduce((sum, one) => sum + one, 0),
      paid,
    );
    expect('exit code is 14 or 3', [14, 3].includes(code ?? -1) ? 1 : 0, 1);
    judge(samples);
    const billed = await service.billed();
    console.log(`${billed} billed by the service; in the ledger ${chargesIn(summary)}`);
    expect('billed, of what the ledger counts', billed, chargesIn(summary));
    const again = await watchRun(args, { work, env, each: Number.POSITIVE_INFINITY });
    expect('billed by a second run', (await service.billed()) - billed, chargesIn(again.summary));
    if (rounds > 0) breaches += await rotateRounds(service, { folder, env, rounds, perRound });
  } finally {
    service.stop();
  }
}

// No number may grow by more than so much for each thousand pictures, from a quarter of the run on.
function judge(samples: readonly Sample[]): void {
  const settled = samples.slice(Math.floor(samples.length / 4));
  if (settled.length < 3) {
    console.log('too short to tell a slope');
    return;
  }
  for (const name of ['rssMiB', 'heapMiB', 'fds', 'workers'] as const) {
    const slope = 1_000 * slopeOf(settled.map((one) => [one.pictures, one[name]] as const));
    const isFine = slope <= most[name];
    if (!isFine) breaches += 1;
    console.log(
      `${name}: ${slope.toFixed(2)} a thousand pictures (at most ${most[name]})${isFine ? '' : ' BREACH'}`,
    );
  }
  const temporary = samples.at(-1)?.temporary ?? 0;
  expect('temporary files at the end', temporary, 0);
}

// Least squares.
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

function count(summary: Readonly<Record<string, unknown>> | undefined, name: string): number {
  return Number(summary?.[name] ?? Number.NaN);
}

function expect(what: string, found: number | null, wanted: number): void {
  if (found === wanted) return;
  breaches += 1;
  console.log(`BREACH ${what}: ${found}, not ${wanted}`);
}
