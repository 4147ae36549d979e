// One process to its end: what it printed, how long it took, and the most memory it held.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Ran {
  readonly code: number | null;
  readonly seconds: number;
  /** VmHWM of the process itself, without its children; as of the last look. */
  readonly peakBytes: number;
  readonly bytes: number;
  readonly lines: number;
  readonly lastLine: string;
  /** The last line where it is the summary of a run. */
  readonly summary: Readonly<Record<string, unknown>> | undefined;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** SIGINT is sent once so many lines have been printed. */
  readonly stopAfterLines?: number;
}

const lookMs = 100;

export async function runToEnd(argv: readonly string[], options: RunOptions): Promise<Ran> {
  const [file = '', ...args] = argv;
  const startMs = performance.now();
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let [bytes, lines, peakBytes, tail] = [0, 0, 0, ''];
  let stopAfter = options.stopAfterLines ?? Number.POSITIVE_INFINITY;
  const look = () => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid));
  };
  const looking = setInterval(look, lookMs);
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
    tail = (tail + chunk.toString('utf8')).slice(-10_000);
    if (lines < stopAfter) return;
    stopAfter = Number.POSITIVE_INFINITY;
    look();
    child.kill('SIGINT');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(looking);
  const lastLine = tail.trimEnd().split('\n').at(-1) ?? '';
  const isSummary = lastLine.startsWith('{"type":"summary"');
  return {
    ...{ code, peakBytes, bytes, lines, lastLine },
    seconds: (performance.now() - startMs) / 1000,
    summary: isSummary ? (JSON.parse(lastLine) as Record<string, unknown>) : undefined,
  };
}

function peakOf(pid: number | undefined): number {
  try {
    const [, kilobytes = '0'] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch (error) {
    // It has ended just now.
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return 0;
  }
}
