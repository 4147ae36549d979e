import { type ChildProcess, fork } from 'node:child_process';
import { getSystemErrorName } from 'node:util';
import { ItemError, systemCode } from '../errors.ts';
import { fromWire, type Reply } from './protocol.ts';

/** One worker process. It answers one call at a time. */
export interface Worker {
  call(task: string, args: unknown, deadlineMs: number): Promise<unknown>;
  /** Resident memory after its last answer, in bytes. */
  residentBytes(): number;
  alive(): boolean;
  kill(): void;
}

interface Pending {
  readonly id: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Starts `module` as a worker process. It inherits no environment but `env`: no secret can reach a decoder. Throws
 * ItemError `worker-died` where the system has no room for one; what it tells later is told by `call`.
 */
export function startWorker(module: URL, env: Readonly<Record<string, string>>): Worker {
  const child = forkOrFail(module, env);
  // Only a pending answer keeps the parent alive, not an idle worker.
  unref(child);
  let pending: Pending | undefined;
  let alive = true;
  let residentBytes = 0;
  let lastId = 0;

  function settle(finish: (pending: Pending) => void): void {
    if (pending === undefined) return;
    const settled = pending;
    pending = undefined;
    clearTimeout(settled.timer);
    unref(child);
    finish(settled);
  }

  child.on('message', (reply: Reply) => {
    residentBytes = reply.residentBytes;
    if (reply.id !== pending?.id) return;
    settle(({ resolve, reject }) => (reply.ok ? resolve(reply.value) : reject(fromWire(reply.error))));
  });
  child.on('error', (error) => {
    alive = false;
    settle(({ reject }) => reject(couldNotStart(systemCode(error) ?? error.message, error)));
  });
  child.on('exit', (code, signal) => {
    alive = false;
    settle(({ reject }) => reject(diedWhileWorking(code, signal)));
  });

  function call(task: string, args: unknown, deadlineMs: number): Promise<unknown> {
    if (!alive) return Promise.reject(diedWhileWorking(child.exitCode, child.signalCode));
    if (pending !== undefined) throw new Error('the worker is busy');
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        settle((late) => late.reject(tookTooLong(deadlineMs)));
        kill();
      }, deadlineMs);
      pending = { id, resolve, reject, timer };
      child.ref();
      child.channel?.ref();
      // It has none where the system let it not start; the error that is about to come ends the call.
      child.send?.({ id, task, args });
    });
  }

  function kill(): void {
    alive = false;
    child.kill('SIGKILL');
  }

  return { call, kill, alive: () => alive, residentBytes: () => residentBytes };
}

function forkOrFail(module: URL, env: Readonly<Record<string, string>>): ChildProcess {
  try {
    return fork(module, {
      env,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  } catch (error) {
    const code = systemCode(error);
    throw code === undefined ? error : couldNotStart(code, error);
  }
}

function unref(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function diedWhileWorking(code: number | null, signal: NodeJS.Signals | null): ItemError {
  // The system's own error number: it never started.
  if (code !== null && code < 0) {
    return couldNotStart(getSystemErrorName(code));
  }
  const how = signal === null ? `exit ${code}` : signal;
  return new ItemError(
    'worker-died',
    `decoding or encoding it ended the worker process (${how}), most likely for memory`,
    {
      hint: 'try it alone with --concurrency 1, or convert it with another program first',
    },
  );
}

function couldNotStart(code: string, cause?: unknown): ItemError {
  return new ItemError('worker-died', `no worker process could be started (${code})`, {
    hint: 'allow more open files and processes (ulimit -n, ulimit -u), or use --concurrency 1',
    cause,
  });
}

function tookTooLong(deadlineMs: number): ItemError {
  return new ItemError('time-out', `not finished after ${Math.round(deadlineMs / 1000)} s`, {
    hint: 'the file may be made to be slow; convert it with another program first',
  });
}
