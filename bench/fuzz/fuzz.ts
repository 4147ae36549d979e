// The properties of test/fuzz, tried many times over from a seed of the day; prints how often each held.
// Run: npm run build && node bench/fuzz/fuzz.ts [times as often as in the tests [seed [part of a file's name]]]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [times = '20', seed = String(Math.floor(Date.now() / 86_400_000)), part = ''] = process.argv.slice(2);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
const report = join(folder, 'report.json');

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

try {
  console.log(`${times} times as often as in the tests, seed ${seed}`);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [
    vitest,
    'run',
    `test/fuzz/${part}`,
    '--reporter=json',
    `--outputFile=${report}`,
    '--maxWorkers=1',
  ];
  const env = { ...process.env, IMGSYS_FUZZ_TIMES: times, IMGSYS_FUZZ_SEED: seed };
  spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  let failed = 0;
  for (const { name, assertionResults } of testResults) {
    for (const { fullName, status, duration = 0, failureMessages } of assertionResults) {
      if (status === 'failed') failed += 1;
      const seconds = `${(duration / 1000).toFixed(1)} s`.padStart(9);
      console.log(`${status.padEnd(7)} ${seconds}  ${basename(name)}: ${fullName}`);
      for (const message of failureMessages) console.log(message.slice(0, 2_000));
    }
  }
  console.log(`${failed} failed`);
  process.exitCode = failed === 0 && testResults.length > 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
