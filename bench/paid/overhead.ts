// What imgsys adds to a paid call: processor time a picture, in the main process and in the workers, and the longest block
// of the main process's event loop, while 12-MP JPEGs go through a service on this machine that takes half a second a call.
// The ledger syncs on that thread: what it waits for the disk is told apart from work, and is none with TMPDIR in memory.
// Run: npm run build && node bench/paid/overhead.ts [pictures]
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { openPaidStore } from '../../src/paid/store.ts';
import { readImagesAnswer } from '../../src/providers/answer.ts';
import { sha256InTurns } from '../../src/turns.ts';
import { testKey } from '../../test/helpers/image-server.ts';
import { machine, median } from '../measure.ts';
import type { Watched } from './watch.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const shared = process.env.IMGSYS_SHARED ?? here('../../../shared');
const pictures = Number(process.argv[2] ?? 12);
const promisedBlockMs = 50;

const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
const service = fork(here('./service.ts'), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
try {
  const [address] = await once(service.stdout ?? service, 'data');
  const baseUrl = String(address).trim();
  console.log(`${machine()}; ${pictures} JPEGs of 12 MP, 8 calls at once, 0.5 s a call`);
  await makePictures(join(folder, 'in'));
  for (const megapixels of ['3.7', '8.29']) {
    const options = megapixels === '3.7' ? [] : ['--upload-pixels', megapixels];
    // The first run has the service make its answers; the second is measured.
    await run(baseUrl, options);
    const { watched, seconds } = await run(baseUrl, options);
    console.log(`\n${megapixels} MP sent and made: ${seconds.toFixed(1)} s in all`);
    report(watched);
    await reportStages();
    if (watched.longestWorkMs.run > promisedBlockMs) process.exitCode = 1;
  }
} finally {
  service.disconnect();
  rmSync(folder, { recursive: true, force: true });
}

// A real photograph where there is one, else a synthetic one of the same size; each a little darker than the one before.
async function makePictures(into: string): Promise<void> {
  mkdirSync(into);
  const real = join(shared, 'corpora/photos/42_IndexError.jpg');
  const noise = { type: 'gaussian' as const, mean: 90, sigma: 25 };
  const create = { width: 4032, height: 3024, channels: 3 as const, background: 'gray', noise };
  for (let n = 0; n < pictures; n += 1) {
    const from = existsSync(real) ? sharp(real).linear(1 - n / 100) : sharp({ create });
    writeFileSync(join(into, `${n}.jpg`), await from.keepMetadata().jpeg({ quality: 92 }).toBuffer());
  }
}

interface Ran {
  readonly watched: Watched;
  readonly seconds: number;
}

async function run(baseUrl: string, options: readonly string[]): Promise<Ran> {
  for (const name of ['home', 'out']) rmSync(join(folder, name), { recursive: true, force: true });
  const watchFile = join(folder, 'watched.json');
  const args = ['enhance', 'in', '-o', 'out', '--provider', 'openai', '--concurrency', '8', '-q', ...options];
  const from = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', here('./watch.ts'), here('../../bin/imgsys.js'), ...args],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        IMGSYS_HOME: join(folder, 'home'),
        IMGSYS_KEY_OPENAI: testKey,
        IMGSYS_BASE_URL_OPENAI: baseUrl,
        IMGSYS_BENCH_WATCH: watchFile,
      },
    },
  );
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`imgsys ended with ${code}`);
  const seconds = (performance.now() - from) / 1000;
  return { watched: JSON.parse(readFileSync(watchFile, 'utf8')), seconds };
}

function report({ longestBlockMs, longestWorkMs, cpuMs, ledger, tasks }: Watched): void {
  const each = (ms: number) => `${(ms / pictures).toFixed(1)} ms`;
  const all = Object.entries(tasks);
  const workers = all.reduce((sum, [, task]) => sum + task.cpuMs, 0);
  console.log(`processor time a picture: main process ${each(cpuMs.run)}, workers ${each(workers)}`);
  console.log(
    `  of it the ledger: ${each(ledger.cpuMs)} in ${Math.round(ledger.calls / pictures)} calls, ${each(ledger.ms)} with waiting`,
  );
  for (const [name, { wallMs, cpuMs: cpu }] of all) {
    console.log(`  in a worker, ${name}: ${each(cpu)}, ${each(wallMs)} until it is done`);
  }
  const block = `${longestBlockMs.run.toFixed(1)} ms, of it ${longestWorkMs.run.toFixed(1)} ms at work`;
  console.log(`longest block of the event loop: ${block} (promise: at most ${promisedBlockMs} ms)`);
  console.log(`  before the first request left, modules being loaded: ${longestBlockMs.start.toFixed(1)} ms`);
  console.log(`  longest call of the ledger: ${ledger.longestMs.toFixed(1)} ms`);
}

// What the main process does with one of the answers that were kept, alone.
async function reportStages(): Promise<void> {
  const paid = join(folder, 'home');
  const kept = readdirSync(paid, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.img'));
  if (kept === undefined) throw new Error('no answer was kept');
  const bytes = readFileSync(join(paid, kept));
  const body = Buffer.from(JSON.stringify({ data: [{ b64_json: bytes.toString('base64') }] }));
  const store = openPaidStore(join(folder, 'store'));
  const facts = { costMicrousd: 1, costKind: 'derived', usage: undefined, requestId: undefined } as const;
  const stages: Record<string, (round: number) => Promise<unknown>> = {
    'reading the answer': () => readImagesAnswer(body),
    'its SHA-256': () => sha256InTurns(bytes),
    'keeping it (written and synced)': (round) =>
      store.put(`bench-${round}`, bytes, { ...facts, sha256: '', bytes: bytes.length }),
  };
  console.log(`an answer of ${(body.length / 1e6).toFixed(1)} MB in this process, alone:`);
  for (const [name, stage] of Object.entries(stages)) {
    const times: { wall: number; cpu: number }[] = [];
    for (let round = 0; round < 7; round += 1) {
      const [from, cpu] = [performance.now(), process.threadCpuUsage()];
      await stage(round);
      const { user, system } = process.threadCpuUsage(cpu);
      times.push({ wall: performance.now() - from, cpu: (user + system) / 1000 });
    }
    const [wall, cpu] = [median(times.map((time) => time.wall)), median(times.map((time) => time.cpu))];
    console.log(`  ${name}: ${cpu.toFixed(1)} ms of its thread, ${wall.toFixed(1)} ms until it is done`);
  }
}
