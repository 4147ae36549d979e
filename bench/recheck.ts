// Re-checking what is done: small finished files, sizes and times only. Run: npm run build && node bench/recheck.ts [count …]
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { OutputTable } from '../src/ledger/outputs.ts';
import { machine, measure, median, printTable } from './measure.ts';

const cli = fileURLToPath(new URL('../bin/imgsys.js', import.meta.url));
const photo = fileURLToPath(new URL('../examples/photos/cat-hazy.jpg', import.meta.url));
const counts = process.argv.slice(2).map(Number);
const perFolder = 1000;

console.log(machine());
const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
try {
  const rates: number[] = [];
  const peaks: number[] = [];
  for (const count of counts.length > 0 ? counts : [1000, 10_000, 100_000]) {
    const home = join(folder, `home-${count}`);
    const work = join(folder, `work-${count}`);
    const env = { IMGSYS_HOME: home, CI: '1' };
    const argv = [process.execPath, cli, 'enhance', 'in', '-o', 'out', '--json'];
    mkdirSync(join(work, 'in'), { recursive: true });
    // One real picture gives the recipe its key; all others are written as if they had been done with it.
    const seed = measure(
      [{ name: 'seed', argv: [process.execPath, cli, 'enhance', photo, '-o', 'out'], env, cwd: work }],
      1,
    );
    if (seed.length !== 1) throw new Error('the seed did not run');
    fabricate(count, work, join(home, 'ledger.sqlite'));
    const [run] = measure(
      [{ name: `${count.toLocaleString('en-US')} finished files`, argv, env, cwd: work, memory: true }],
      3,
    );
    if (run === undefined) throw new Error('nothing was measured');
    printTable([run], { count, unit: 'files' });
    rates.push(count / median(run.seconds));
    peaks.push(run.peakBytes);
  }
  const growth = (peaks.at(-1) ?? 0) / (peaks[0] ?? 1);
  const most = Math.max(...peaks) / 2 ** 20;
  console.log(
    `${Math.round(rates.at(-1) ?? 0)} files/s (promise: 5,000), ${Math.round(most)} MiB (300), memory ×${growth.toFixed(2)}`,
  );
  process.exitCode = (rates.at(-1) ?? 0) >= 5000 && most < 300 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function fabricate(count: number, work: string, ledger: string): void {
  const db = new DatabaseSync(ledger);
  const known = db.prepare('SELECT recipe_key, run_id FROM outputs LIMIT 1').get();
  const recipeKey = String(known?.recipe_key);
  const outputs = new OutputTable(db);
  const sha256 = '0'.repeat(64);
  db.exec('BEGIN');
  for (let n = 0; n < count; n += 1) {
    const place = join(String(Math.floor(n / perFolder)), `${n}.jpg`);
    const [sourcePath, outputPath] = [join(work, 'in', place), join(work, 'out', place)];
    if (n % perFolder === 0)
      for (const path of [sourcePath, outputPath]) mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(sourcePath, String(n));
    writeFileSync(outputPath, String(n));
    const stamp = (path: string) => {
      const { size, mtimeNs, ino } = statSync(path, { bigint: true });
      return { size: Number(size), mtimeNs, inode: ino, sha256 };
    };
    outputs.put({
      outputPath,
      sourcePath,
      recipeKey,
      outputFolder: join(work, 'out'),
      jobKey: String(n),
      state: 'enhanced',
      source: stamp(sourcePath),
      output: stamp(outputPath),
      runId: String(known?.run_id),
      doneAtMs: 0,
      plan: [],
    });
  }
  db.exec('COMMIT');
  db.close();
}
