// A place where one paid run is traced or killed: its own home, outputs and service; the pictures are shared.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ImageServer, startImageServer, testKey } from './image-server.ts';

/** At the `when`th `call` of the thread of the ledger (`main`) or of the one that writes files (`files`). */
export interface KillPoint {
  readonly thread: 'main' | 'files';
  readonly call: string;
  readonly when: number;
}

export interface KillLab {
  readonly place: string;
  readonly out: string;
  readonly paid: string;
  readonly ledger: string;
  readonly server: ImageServer;
  /** Runs to the end under strace with these options of its. */
  trace(options: readonly string[]): Promise<Ended>;
  /** Runs until `point`; false when the run ended before it. */
  kill(point: KillPoint): Promise<boolean>;
  /** Runs to the end, and reads its summary. */
  goOn(retryUnsettled: string): Promise<Ended & { readonly summary: Record<string, unknown> }>;
  close(): Promise<void>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `program` is the built one, `folder` holds `photos`, `atOnce` are the calls that may be under way. */
export async function openKillLab(program: string, folder: string, atOnce: number): Promise<KillLab> {
  const place = mkdtempSync(join(folder, 'lab-'));
  const home = join(place, 'home');
  const server = await startImageServer();
  const out = join(place, 'out');
  const args = ['photos', '-o', out, '--provider', 'openai', '--json', '--concurrency', String(atOnce)];
  const command = [process.execPath, program, 'enhance', ...args];
  const env = {
    ...{ IMGSYS_HOME: home, HOME: home, PATH: process.env.PATH, NO_COLOR: '1' },
    ...{ IMGSYS_KEY_OPENAI: testKey, IMGSYS_BASE_URL_OPENAI: server.baseUrl },
    // `when` counts by thread, so there is one that writes files.
    UV_THREADPOOL_SIZE: '1',
  };
  const start = ([executable = '', ...words]: readonly string[]) =>
    spawn(executable, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const trace = (options: readonly string[]) => endOf(start(['strace', '-f', '-qq', ...options, ...command]));
  return {
    ...{ place, out, server, trace },
    paid: join(home, 'paid'),
    ledger: join(home, 'ledger.sqlite'),
    async kill({ thread, call, when }) {
      const inject = ['-o', '/dev/null', '-e', `trace=${call}`];
      inject.push('-e', `inject=${call}:signal=KILL:when=${when}`);
      if (thread === 'main') return (await trace(inject)).code !== 0;
      const child = start(command);
      const end = endOf(child);
      const thatOne = await fileThread(child);
      // It stands still until it is traced, so that no call is missed.
      child.kill('SIGSTOP');
      const tracer = spawn('strace', ['-qq', ...inject, '-p', thatOne], { stdio: 'ignore' });
      await attached(tracer, child, thatOne);
      child.kill('SIGCONT');
      const { signal } = await end;
      if (tracer.exitCode === null) await once(tracer, 'exit');
      return signal === 'SIGKILL';
    },
    async goOn(retryUnsettled) {
      const ran = await endOf(start([...command, '--retry-unsettled', retryUnsettled]));
      assert.doesNotMatch(ran.stderr, /unexpected|internal|\(node:\d+\)/);
      return { ...ran, summary: JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '') };
    },
    async close() {
      await server.close();
      rmSync(place, { recursive: true });
    },
  };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...texts };
}

// Node names the threads that serve its file system calls.
async function fileThread({ pid, exitCode }: ChildProcess): Promise<string> {
  const tasks = `/proc/${pid}/task`;
  for (;;) {
    assert.equal(exitCode, null);
    const isIt = (id: string) => readFileSync(join(tasks, id, 'comm'), 'utf8').trim() === 'libuv-worker';
    const found = readdirSync(tasks).find(isIt);
    if (found !== undefined) return found;
    await sleep(5);
  }
}

async function attached(tracer: ChildProcess, { pid }: ChildProcess, thread: string): Promise<void> {
  const file = `/proc/${pid}/task/${thread}/status`;
  while (/^TracerPid:\s*0$/m.test(readFileSync(file, 'utf8'))) {
    assert.equal(tracer.exitCode, null);
    await sleep(5);
  }
}
