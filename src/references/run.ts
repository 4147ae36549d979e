// Runs one command without a shell, gives it little time and little room, and leaves nothing of it behind.
import { execa } from 'execa';
import type { Clock } from '../clock.ts';
import { systemCode } from '../errors.ts';

export interface RunLimits {
  /** How long the command may take. */
  readonly timeoutMs: number;
  /** How long it may take to end when asked, before it is killed; also how long its output may stay open. */
  readonly graceMs: number;
  readonly maxOutputBytes: number;
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly limits: RunLimits;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

export interface Ran {
  readonly ending: 'exited' | 'killed' | 'timed-out' | 'too-much' | 'not-started';
  readonly exitCode: number | undefined;
  /** The system's error code for a command that was not started. */
  readonly code: string | undefined;
  readonly stdout: Buffer;
  /** The end of what it wrote for people, beginning with a whole word. */
  readonly stderr: string;
}

const maxStderrBytes = 8192;
const pollMs = 20;

/** Rejects only with the signal's reason; whatever happens to the command is told by `ending`. */
export async function runCommand(file: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { env, cwd, limits, clock, signal } = options;
  signal?.throwIfAborted();
  const stop = new AbortController();
  const settled = new AbortController();
  const command = execa(file, args, {
    ...{ env, cwd, extendEnv: false, stdin: 'ignore', encoding: 'buffer', buffer: false, reject: false },
    ...{ killDescendants: true, forceKillAfterDelay: limits.graceMs, verbose: 'none' },
    cancelSignal: signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]),
  });
  const stdout: Buffer[] = [];
  let stdoutBytes = 0;
  let stderr = Buffer.alloc(0);
  let stderrIsCut = false;
  command.stdout.on('data', (chunk: Buffer) => {
    stdoutBytes += chunk.length;
    if (stdoutBytes > limits.maxOutputBytes) stop.abort('too-much');
    else stdout.push(chunk);
  });
  command.stderr.on('data', (chunk: Buffer) => {
    stderrIsCut ||= stderr.length + chunk.length > maxStderrBytes;
    stderr = Buffer.concat([stderr, chunk]).subarray(-maxStderrBytes);
  });
  // A background process may keep the output open for ever after the command itself has ended.
  command.nodeChildProcess.once('exit', () => {
    after(limits.graceMs, clock, settled.signal, () => {
      command.stdout.destroy();
      command.stderr.destroy();
    });
  });
  after(limits.timeoutMs, clock, settled.signal, () => stop.abort('timed-out'));
  try {
    const { exitCode, failed, code } = await command;
    if (stop.signal.aborted || signal?.aborted) await endGroup(command.pid, limits.graceMs, clock);
    signal?.throwIfAborted();
    return {
      ending: endingOf(stop.signal, command.pid, exitCode),
      exitCode,
      code: failed ? code : undefined,
      stdout: Buffer.concat(stdout),
      stderr: fromWholeWord(stderr.toString('utf8'), stderrIsCut),
    };
  } finally {
    settled.abort();
  }
}

function endingOf(stop: AbortSignal, pid: number | undefined, exitCode: number | undefined): Ran['ending'] {
  if (pid === undefined) return 'not-started';
  if (stop.aborted) return stop.reason === 'too-much' ? 'too-much' : 'timed-out';
  return exitCode === undefined ? 'killed' : 'exited';
}

// The signal's abort means that the wait is no longer needed.
function after(ms: number, clock: Clock, settled: AbortSignal, act: () => void): void {
  clock.sleep(ms, settled).then(act, (reason: unknown) => {
    if (!settled.aborted) throw reason;
  });
}

// The command has ended; descendants that hold none of its streams may still be about, each in its process group.
async function endGroup(pid: number | undefined, graceMs: number, clock: Clock): Promise<void> {
  if (pid === undefined || process.platform === 'win32') return;
  for (let waitedMs = 0; waitedMs < graceMs && signalGroup(pid, 0); waitedMs += pollMs)
    await clock.sleep(pollMs);
  signalGroup(pid, 'SIGKILL');
}

// False once nobody is left in the group (ESRCH; EPERM on macOS, where only the dead are left).
function signalGroup(pid: number, signal: 0 | 'SIGKILL'): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if (systemCode(error) === 'ESRCH' || systemCode(error) === 'EPERM') return false;
    throw error;
  }
}

// The first word of a cut text may be the end of a secret that nothing would recognise any more.
function fromWholeWord(text: string, isCut: boolean): string {
  return isCut ? text.replace(/^\S*\s?/, '') : text;
}
