// Loaded into the program before it starts (node --import): notes how long its event loop was blocked, before the first
// paid request left and after it, what it spent on the ledger, and what its worker processes were asked.
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { DatabaseSync, StatementSync } from 'node:sqlite';

/** What is written at the end, as JSON, to the file that `IMGSYS_BENCH_WATCH` names. Milliseconds. */
export interface Watched {
  /** Longest delay of the event loop, with the 5 ms between two looks at it. */
  readonly longestBlockMs: { readonly start: number; readonly run: number };
  /** The same as far as the main thread was at work: on a busy machine others hold it up, too. */
  readonly longestWorkMs: { readonly start: number; readonly run: number };
  /** Processor time of the whole process. */
  readonly cpuMs: { readonly start: number; readonly run: number };
  readonly wallMs: { readonly start: number; readonly run: number };
  /** All of `ms` is the event loop's; `cpuMs` of it was work, the rest waiting for the disk or the processor. */
  readonly ledger: Readonly<Record<'calls' | 'ms' | 'cpuMs' | 'longestMs', number>>;
  readonly tasks: Readonly<Record<string, TaskTotal>>;
}

export interface TaskTotal {
  readonly calls: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

const windowMs = 20;
const file = process.env.IMGSYS_BENCH_WATCH;
if (file !== undefined) watch(file);

function watch(into: string): void {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const ledger = watchLedger();
  const tasks = watchTasks();
  const longestBlockMs = { start: 0, run: 0 };
  const longestWorkMs = { start: 0, run: 0 };
  let started: { readonly wallMs: number; readonly cpuMs: number } | undefined;
  // A block may be told in the window after its own: the work of both counts.
  let [before, lastMs] = [process.threadCpuUsage(), 0];

  function look(): void {
    const blockMs = delay.max / 1e6;
    delay.reset();
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    const nowMs = (user + system) / 1000;
    const workMs = Math.min(blockMs, lastMs + nowMs);
    lastMs = nowMs;
    const phase = started === undefined ? 'start' : 'run';
    longestBlockMs[phase] = Math.max(longestBlockMs[phase], blockMs);
    longestWorkMs[phase] = Math.max(longestWorkMs[phase], workMs);
  }

  setInterval(look, windowMs).unref();
  // The library that builds requests is loaded by the first one: the start ends as that leaves.
  subscribe('undici:client:sendHeaders', () => {
    if (started !== undefined) return;
    look();
    started = { wallMs: performance.now(), cpuMs: cpuMs() };
  });
  process.on('exit', () => {
    look();
    const begin = started ?? { wallMs: performance.now(), cpuMs: cpuMs() };
    const watched: Watched = {
      ...{ longestBlockMs, longestWorkMs },
      cpuMs: { start: begin.cpuMs, run: cpuMs() - begin.cpuMs },
      wallMs: { start: begin.wallMs, run: performance.now() - begin.wallMs },
      ledger,
      tasks: Object.fromEntries(tasks),
    };
    writeFileSync(into, JSON.stringify(watched));
  });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

// The ledger is synchronous: its time is the event loop's.
function watchLedger() {
  const spent = { calls: 0, ms: 0, cpuMs: 0, longestMs: 0 };
  const time = (prototype: object, names: readonly string[]) => {
    for (const name of names) {
      const own: (...args: unknown[]) => unknown = Reflect.get(prototype, name);
      Reflect.set(prototype, name, function timed(this: unknown, ...args: unknown[]): unknown {
        const [from, cpu] = [performance.now(), process.threadCpuUsage()];
        try {
          return own.apply(this, args);
        } finally {
          const ms = performance.now() - from;
          const { user, system } = process.threadCpuUsage(cpu);
          spent.cpuMs += (user + system) / 1000;
          spent.calls += 1;
          spent.ms += ms;
          spent.longestMs = Math.max(spent.longestMs, ms);
        }
      });
    }
  };
  time(StatementSync.prototype, ['run', 'get', 'all']);
  time(DatabaseSync.prototype, ['exec', 'prepare']);
  return spent;
}

interface Asked {
  readonly id: number;
  readonly task: string;
}

function watchTasks(): Map<string, TaskTotal> {
  const totals = new Map<string, TaskTotal>();
  subscribe('child_process', (message) => {
    const child = (message as { process: ChildProcess }).process;
    const open = new Map<number, { task: string; wallMs: number; cpuMs: number }>();
    // The channel between the two is put up after this.
    let send: ChildProcess['send'] | undefined;
    Object.defineProperty(child, 'send', {
      get: () => send,
      set(own: (...args: unknown[]) => boolean) {
        send = (asked: unknown, ...others: unknown[]) => {
          const { id, task } = asked as Asked;
          open.set(id, { task, wallMs: performance.now(), cpuMs: cpuOf(child.pid) });
          return own.call(child, asked, ...others);
        };
      },
    });
    child.on('message', (reply) => {
      const asked = open.get((reply as { id: number }).id);
      if (asked === undefined) return;
      const { calls, wallMs, cpuMs } = totals.get(asked.task) ?? { calls: 0, wallMs: 0, cpuMs: 0 };
      totals.set(asked.task, {
        calls: calls + 1,
        wallMs: wallMs + performance.now() - asked.wallMs,
        cpuMs: cpuMs + cpuOf(child.pid) - asked.cpuMs,
      });
    });
  });
  return totals;
}

// Of all threads of a process, in steps of 10 ms (proc_pid_stat(5): utime and stime, in ticks of 1/100 s); Linux only.
function cpuOf(pid: number | undefined): number {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}
