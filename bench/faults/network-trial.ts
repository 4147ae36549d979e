// One run of the built program under a fault, and what may never be seen of it whatever the fault.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exitCodes } from '../../src/errors.ts';

const program = fileURLToPath(new URL('../../bin/imgsys.js', import.meta.url));

/** In every secret of a trial, so that it is found wherever it gets out. */
export const canary = 'CANARY';

export interface Trial {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What runs the program, with its own arguments: `faketime …`. */
  readonly under?: readonly string[];
  /** A program that is not done by then is hung, and killed; 60 s unless given. */
  readonly hungAfterMs?: number;
  readonly stdin?: string;
  /** Called once the program has begun. */
  readonly meanwhile?: (pid: number) => void | Promise<void>;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly isHung: boolean;
  readonly ms: number;
}

/** Runs the program to its end, without a terminal. */
export async function runTrial(trial: Trial): Promise<Outcome> {
  const { args, cwd, env, under = [], hungAfterMs = 60_000, stdin, meanwhile } = trial;
  const [executable = '', ...words] = [...under, process.execPath, program, ...args];
  const base = { PATH: process.env.PATH, NO_COLOR: '1' };
  const began = performance.now();
  const child = spawn(executable, words, { cwd, env: { ...base, ...env }, stdio: 'pipe' });
  child.stdin.on('error', () => {
    // It may end before it reads: its exit code says why.
  });
  child.stdin.end(stdin ?? '');
  let [stdout, stderr, isHung] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => {
    isHung = true;
    child.kill('SIGKILL');
  }, hungAfterMs);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await meanwhile?.(child.pid ?? 0);
  const code = await ended;
  clearTimeout(timer);
  return { code, stdout, stderr, isHung, ms: Math.round(performance.now() - began) };
}

const published: ReadonlySet<number> = new Set(Object.values(exitCodes));

/** What is wrong with an outcome whatever the fault was; empty where nothing is. */
export function breachesOf({ code, stdout, stderr, isHung, ms }: Outcome): string[] {
  const all = stdout + stderr;
  const says = /"(?:hint|nextStep)":"|imgsys: hint: |\bhint: /.test(all);
  const breaches: readonly (readonly [boolean, string])[] = [
    [isHung, `hung after ${ms} ms`],
    [!isHung && !published.has(code ?? -1), `exit code ${code} is not published`],
    [code === exitCodes.unexpected || /unexpected:/.test(all), 'called a defect'],
    [all.includes(canary), 'a secret is shown'],
    [/^\s+at .+:\d+:\d+\)?$/m.test(all), 'a stack trace'],
    [/\(node:\d+\)/.test(stderr), "a warning of Node's own"],
    [!isHung && code !== 0 && !says, 'no hint'],
  ];
  return breaches.filter(([holds]) => holds).map(([, words]) => words);
}

/** The first line that says what is wrong. */
export function firstLineOf({ stdout, stderr }: Outcome): string {
  const lines = stderr.split('\n').filter((line) => line !== '');
  const told = ['error: ', 'warning: ', 'stopp'].map((kind) =>
    lines.find((line) => line.startsWith(`imgsys: ${kind}`)),
  );
  const sentence = /"(?:sentence|message)":"([^"]+)"/.exec(stdout)?.[1];
  return told.find((line) => line !== undefined) ?? sentence ?? lines[0] ?? stdout.split('\n')[0] ?? '';
}
