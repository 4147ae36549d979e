// Whole processes side by side: each measured in turn within one run, so that a machine that slows down slows both.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Command {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Asks for the peak memory of its largest process. */
  readonly memory?: boolean;
  /** Undoes what a run left, before each run. Not timed. */
  readonly prepare?: () => void;
}

export interface Measured {
  readonly name: string;
  readonly seconds: readonly number[];
  /** Largest resident memory of one process of the run, in bytes; 0 where it cannot be told. */
  readonly peakBytes: number;
}

/** Runs every command `rounds` times, in turn, after one round that does not count. */
export function measure(commands: readonly Command[], rounds: number): Measured[] {
  const seconds = commands.map((): number[] => []);
  const peaks = commands.map(() => 0);
  for (let round = -1; round < rounds; round += 1) {
    commands.forEach((command, at) => {
      const run = runOnce(command);
      if (round < 0) return;
      seconds[at]?.push(run.seconds);
      peaks[at] = Math.max(peaks[at] ?? 0, run.peakBytes);
    });
  }
  return commands.map(({ name }, at) => ({ name, seconds: seconds[at] ?? [], peakBytes: peaks[at] ?? 0 }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Prints a row a command, with the ratio of each to the first. */
export function printTable(measured: readonly Measured[], perRun?: { count: number; unit: string }): void {
  const base = median(measured[0]?.seconds ?? []);
  for (const { name, seconds, peakBytes } of measured) {
    const middle = median(seconds);
    const range = `${Math.min(...seconds).toFixed(3)}–${Math.max(...seconds).toFixed(3)} s`;
    const rate = perRun === undefined ? '' : `  ${(perRun.count / middle).toFixed(2)} ${perRun.unit}/s`;
    const memory = peakBytes > 0 ? `  ${Math.round(peakBytes / 2 ** 20)} MiB` : '';
    const times = `${middle.toFixed(3)} s (${range})`;
    console.log(`${name.padEnd(34)} ${times.padEnd(28)} ×${(middle / base).toFixed(2)}${rate}${memory}`);
  }
}

// Memory is asked of GNU time, which costs a process of its own: only where the command says so.
function runOnce(command: Command): { seconds: number; peakBytes: number } {
  command.prepare?.();
  const wantsMemory = command.memory === true && hasTime;
  const [file = '', ...args] = wantsMemory ? [...time, ...command.argv] : command.argv;
  const started = performance.now();
  const run = spawnSync(file, args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 2 ** 26,
  });
  const seconds = (performance.now() - started) / 1000;
  if (run.status !== 0) throw new Error(`${command.name} ended with ${run.status}: ${run.stderr}`);
  const kilobytes = wantsMemory ? Number(readFileSync(memoryFile, 'utf8').trim().split('\n').at(-1)) : 0;
  return { seconds, peakBytes: kilobytes * 1024 };
}

const memoryFile = join(tmpdir(), `imgsys-bench-memory-${process.pid}`);
const time = ['/usr/bin/time', '-f', '%M', '-o', memoryFile];
const hasTime = spawnSync('/usr/bin/time', ['-f', '%M', 'true']).status === 0;

/** What the figures were taken on. */
export function machine(): string {
  const model =
    /model name\s*:\s*(.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown processor';
  return `${model}, Node ${process.versions.node}`;
}
