// A user's home, pictures and service in a folder of their own, where the built program runs while something goes wrong.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ImageServer, type ImageServerOptions, startImageServer } from './image-server.ts';

/** What no output may hold. */
export const faultKey = 'sk-CANARY-fault-lab-0001';
const passphrase = 'CANARY passphrase of the fault lab';

const program = fileURLToPath(new URL('../../bin/imgsys.js', import.meta.url));

export interface FaultLab {
  readonly place: string;
  readonly home: string;
  readonly out: string;
  readonly server: ImageServer;
  readonly env: Record<string, string>;
  /** Starts the program, `before` it the words of a command that runs it (`strace …`). */
  start(args: readonly string[], before?: readonly string[]): ChildProcess;
  /** Runs it to its end. */
  run(args: readonly string[], before?: readonly string[]): Promise<FaultEnd>;
  /** Runs it with `call` failing, or with a signal beside it, at its `when`th time in each thread; tells what that hit. */
  inject(args: readonly string[], fault: Injection): Promise<FaultEnd & { readonly hits: readonly Hit[] }>;
  /** Runs it to its end, and lists what it did to the disk. */
  trace(args: readonly string[], calls: readonly string[]): Promise<readonly Hit[]>;
  close(): Promise<void>;
}

export interface Injection {
  readonly call: string;
  /** As strace has it: `error=EIO`, `signal=HUP`. */
  readonly what: string;
  /** As strace counts it: `3` or `3+`, of each thread. */
  readonly when: string;
}

export interface Hit {
  readonly call: string;
  /** How many calls of this kind its thread had made, this one included. */
  readonly when: number;
  readonly text: string;
}

export interface FaultEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It had to be asked to stop, or killed. */
  readonly stopped: 'by itself' | 'asked' | 'killed';
}

/** How long a run may take before it is asked to stop; a tenth of it would do. */
const patienceMs = 40_000;

/** `photos` is copied; `wishes` are for the service. */
export async function openFaultLab(
  folder: string,
  photos: string,
  wishes: Partial<ImageServerOptions> = {},
): Promise<FaultLab> {
  const place = mkdtempSync(join(folder, 'lab-'));
  const home = join(place, 'home');
  cpSync(photos, join(place, 'photos'), { recursive: true, preserveTimestamps: true });
  writeFileSync(join(place, 'passphrase'), `${passphrase}\n`, { mode: 0o600 });
  const server = await startImageServer({ keys: { [faultKey]: 'org-test' }, ...wishes });
  const env: Record<string, string> = {
    ...{ IMGSYS_HOME: home, HOME: home, PATH: process.env.PATH ?? '', NO_COLOR: '1' },
    ...{ IMGSYS_KEY_OPENAI: faultKey, IMGSYS_BASE_URL_OPENAI: server.baseUrl },
    ...{ IMGSYS_PASSPHRASE_FILE: join(place, 'passphrase') },
    // strace counts by thread, so there is one that writes files.
    UV_THREADPOOL_SIZE: '1',
  };
  const start = (args: readonly string[], before: readonly string[] = []) => {
    const [executable = '', ...words] = [...before, process.execPath, program, ...args];
    return spawn(executable, words, { cwd: place, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  };
  const run = (args: readonly string[], before?: readonly string[]) => endOf(start(args, before), args);
  const trace = join(place, 'trace');
  // With --seccomp-bpf strace stops at the calls it is asked for alone, but injects no signals.
  const strace = (calls: readonly string[], quick = ['--seccomp-bpf']) => [
    ...['strace', '-f', '-qq', '-y', ...quick, '-o', trace, '-e', `trace=${calls.join()}`],
  ];
  return {
    ...{ place, home, out: join(place, 'out'), server, env, start, run },
    async inject(args, { call, what, when }) {
      const end = await run(args, [
        ...strace([call], what.startsWith('signal') ? [] : undefined),
        '-e',
        `inject=${call}:${what}:when=${when}`,
      ]);
      return { ...end, hits: hitsIn(trace).filter(({ text }) => /\(INJECTED\)$/.test(text)) };
    },
    async trace(args, calls) {
      const { code, stderr } = await run(args, strace(calls));
      if (code !== 0) throw new Error(`a run without a fault ended with ${code}: ${stderr}`);
      return hitsIn(trace);
    },
    async close() {
      await server.close();
      rmSync(place, { recursive: true, force: true });
    },
  };
}

/** What a child says, and how it ends; one that does not is asked once more, then killed with all of its group. */
export async function endOf(child: ChildProcess, args: readonly string[] = []): Promise<FaultEnd> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  // The program may be gone before it reads.
  child.stdin?.on('error', () => undefined);
  if (args.includes('--stdin')) child.stdin?.end(`${faultKey}\n`);
  else child.stdin?.end();
  let stopped: FaultEnd['stopped'] = 'by itself';
  const cancel = new AbortController();
  const hurry = async () => {
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGKILL'] as const) {
      await sleep(stopped === 'by itself' ? patienceMs : 10_000, undefined, { signal: cancel.signal });
      stopped = signal === 'SIGKILL' ? 'killed' : 'asked';
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    }
  };
  const hurrying = hurry().catch(() => undefined);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  cancel.abort();
  await hurrying;
  return { code, signal, ...texts, stopped };
}

function hitsIn(trace: string): Hit[] {
  const seen = new Map<string, number>();
  const hits: Hit[] = [];
  for (const [text, thread, call = ''] of readFileSync(trace, 'latin1').matchAll(/^(\d+) +(\w+)\(.*$/gm)) {
    const when = (seen.get(`${thread} ${call}`) ?? 0) + 1;
    seen.set(`${thread} ${call}`, when);
    // The working folder stands in each line, whatever it is about.
    hits.push({ call, when, text: text.replace(/AT_FDCWD<[^>]*>/, 'AT_FDCWD') });
  }
  return hits;
}
