// One run of the program, looked at from outside after each so many pictures.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/imgsys.js', import.meta.url));
const heapProbe = fileURLToPath(new URL('./heap.ts', import.meta.url));

export interface Sample {
  readonly pictures: number;
  readonly rssMiB: number;
  /** Of the main process, after a collection. */
  readonly heapMiB: number;
  readonly fds: number;
  readonly workers: number;
  /** Files of unfinished outputs; those of pictures in work are among them. */
  readonly temporary: number;
  readonly ledgerMiB: number;
}

export interface Watched {
  readonly code: number | null;
  readonly summary: Readonly<Record<string, unknown>> | undefined;
  readonly samples: readonly Sample[];
}

export interface WatchOptions {
  readonly work: string;
  readonly env: Readonly<Record<string, string>>;
  readonly each: number;
}

/** Prints a row for each sample; the last is taken when the process has ended. */
export async function watchRun(args: readonly string[], { work, env, each }: WatchOptions): Promise<Watched> {
  const heapFile = join(work, 'heap');
  const argv = ['--expose-gc', '--import', heapProbe, program, ...args, '--json'];
  const child = spawn(process.execPath, argv, {
    cwd: work,
    env: { ...process.env, ...env, IMGSYS_SOAK_HEAP: heapFile },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const samples: Sample[] = [];
  let [rest, pictures, next] = ['', 0, each];
  let summary: Watched['summary'];
  const look = () => {
    const pid = child.pid ?? 0;
    const seen = {
      ...{ pictures, rssMiB: rssOf(pid), fds: countIn(`/proc/${pid}/fd`), workers: workersOf(pid) },
      heapMiB: existsSync(heapFile) ? Number(readFileSync(heapFile, 'utf8')) : 0,
      temporary: temporaryIn(join(work, 'out')),
      ledgerMiB: statSync(join(env.IMGSYS_HOME ?? '', 'ledger.sqlite')).size / 2 ** 20,
    };
    return seen;
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (/^\{"type":"(?:done|failed|skipped)"/.test(line)) pictures += 1;
      else if (line.startsWith('{"type":"summary"')) summary = JSON.parse(line);
      if (pictures < next) continue;
      next += each;
      samples.push(look());
      print(samples);
    }
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const last = samples.at(-1);
  if (last !== undefined)
    samples[samples.length - 1] = { ...last, temporary: temporaryIn(join(work, 'out')) };
  return { code, summary, samples };
}

/** Calls that a run's summary counts as charged for, or perhaps. */
export function chargesIn(summary: Watched['summary']): number {
  const { paid = 0, useless = 0, unsettled = 0 } = (summary?.charges ?? {}) as Record<string, number>;
  return paid + useless + unsettled;
}

function print(samples: readonly Sample[]): void {
  const last = samples.at(-1);
  if (last === undefined) return;
  if (samples.length === 1)
    console.log(
      Object.keys(last)
        .map((name) => name.padStart(9))
        .join('  '),
    );
  console.log(
    Object.values(last)
      .map((value) => String(Math.round(value * 10) / 10).padStart(9))
      .join('  '),
  );
}

function rssOf(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s*(\d+) kB/m.exec(of(pid, 'status')) ?? [];
  return Number(kilobytes) / 1024;
}

function workersOf(pid: number): number {
  return of(pid, `task/${pid}/children`).split(' ').filter(Boolean).length;
}

// Nothing of a process that has ended just now.
function of(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return '';
  }
}

function countIn(folder: string): number {
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

// Named after the run, and hidden: src/outputs/write.ts.
function temporaryIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /(?:^|\/)\.[^/]*$/.test(name)).length;
}
