// All corpora, odd names and bombs among them, under a limit of memory that the kernel keeps (cgroup v1, root). Run:
// npm run build && IMGSYS_SHARED=… node bench/faults/memory.ts [512,1024,2048 [2,4,8,16]]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hasShared, sharedPath } from '../../test/helpers/shared.ts';

const program = fileURLToPath(new URL('../../bin/imgsys.js', import.meta.url));
const [limits = '512,1024,2048', workers = '2,4,8,16'] = process.argv.slice(2);
if (!hasShared) throw new Error('the corpora are needed: IMGSYS_SHARED');
const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
let breaches = 0;
try {
  const names = join(folder, 'names');
  mkdirSync(names);
  spawnSync('tar', ['xJf', sharedPath('corpora/hostile/names.tar.xz'), '-C', names]);
  console.log(
    '| MiB | workers | files | rows | done | failed | skipped | workers died | exit | s | most MiB | breaches |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const mebibytes of limits.split(',').map(Number)) {
    for (const count of workers.split(',').map(Number)) await tryOne(mebibytes, count, names);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = breaches === 0 ? 0 : 1;

async function tryOne(mebibytes: number, count: number, names: string): Promise<void> {
  const group = `/sys/fs/cgroup/memory/imgsys-bench-${process.pid}`;
  mkdirSync(group);
  writeFileSync(join(group, 'memory.limit_in_bytes'), String(mebibytes * 2 ** 20));
  const place = mkdtempSync(join(folder, 'run-'));
  const inputs = [...['photos', 'formats', 'hostile'].map((name) => sharedPath(`corpora/${name}`)), names];
  const args = [
    'enhance',
    ...inputs,
    '-o',
    join(place, 'out'),
    '--json',
    '--concurrency',
    String(count),
    '--hidden',
  ];
  const startedMs = performance.now();
  const child = spawn(
    'bash',
    ['-c', `echo $$ > ${group}/cgroup.procs; exec "$@"`, 'bash', process.execPath, program, ...args],
    {
      env: { IMGSYS_HOME: join(place, 'home'), HOME: place, PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const texts = ['', ''];
  for (const [at, stream] of [child.stdout, child.stderr].entries()) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      texts[at] += text;
    });
  }
  const [code, signal] = await once(child, 'close');
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const most = Math.round(Number(readFileSync(join(group, 'memory.max_usage_in_bytes'), 'utf8')) / 2 ** 20);
  await removeGroup(group);
  report(
    {
      mebibytes,
      count,
      ended: code ?? signal,
      seconds,
      most,
      files: inputs.reduce((sum, path) => sum + filesBelow(path), 0),
    },
    texts,
  );
  rmSync(place, { recursive: true, force: true });
}

// The workers that were killed with the program may take a moment to be gone.
async function removeGroup(group: string): Promise<void> {
  while (readFileSync(join(group, 'cgroup.procs'), 'utf8') !== '') await sleep(50);
  rmdirSync(group);
}

interface Ran {
  readonly mebibytes: number;
  readonly count: number;
  readonly ended: number | string;
  readonly seconds: number;
  readonly most: number;
  readonly files: number;
}

function report(ran: Ran, [stdout = '', stderr = '']: readonly string[]): void {
  const events = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const rows = events.filter(({ type }) => ['done', 'failed', 'skipped'].includes(type));
  const of = (type: string) => rows.filter((row) => row.type === type).length;
  const wrong: string[] = [];
  const twice = rows.length - new Set(rows.map(({ source }) => source)).size;
  if (events.at(-1)?.type !== 'summary') wrong.push('no summary');
  if (rows.length !== ran.files) wrong.push('not one row a file');
  if (twice > 0) wrong.push(`${twice} names told twice`);
  if (![0, 3].includes(Number(ran.ended))) wrong.push(`ended with ${ran.ended}`);
  if (/^ {4}at |unexpected/m.test(stderr)) wrong.push(stderr);
  if (rows.some(({ reason }) => reason === 'internal')) wrong.push('an internal failure');
  breaches += wrong.length;
  const died = rows.filter(({ reason }) => reason === 'worker-died').length;
  const { mebibytes, count, files, ended, seconds, most } = ran;
  const cells = [
    mebibytes,
    count,
    files,
    rows.length,
    of('done'),
    of('failed'),
    of('skipped'),
    died,
    ended,
    seconds,
    most,
  ];
  console.log(`| ${[...cells, wrong.join('; ') || '0'].join(' | ')} |`);
}

// Everything below a folder that is no folder, links included.
function filesBelow(folder: string): number {
  let count = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), entry.name as unknown as Buffer]);
    count += lstatSync(path).isDirectory() ? filesBelow(path.toString('latin1')) : 1;
  }
  return count;
}
