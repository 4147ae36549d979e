// Processes that use one store at the same time, some of which are killed. Knows nothing of the test runner.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Keystore } from '../../src/keystore/keystore.ts';

const adder = fileURLToPath(new URL('adder.ts', import.meta.url));

export interface Adding {
  readonly code: number | null;
  readonly acknowledged: readonly string[];
  readonly stderr: string;
}

export interface Kill {
  /** Counted from here. */
  readonly from: 'start' | 'first acknowledged';
  readonly afterMs: number;
}

/** Runs adder.ts to its end, or ends it with SIGKILL. */
export function adding(
  file: string,
  prefix: string,
  count: number | 'forever',
  { kill, env = {} }: { kill?: Kill; env?: Record<string, string> } = {},
): Promise<Adding> {
  const child = spawn(process.execPath, [adder, file, prefix, String(count)], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killLater = () => {
    if (kill !== undefined) setTimeout(() => child.kill('SIGKILL'), kill.afterMs);
  };
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    if (stdout === '' && kill?.from === 'first acknowledged') killLater();
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  if (kill?.from === 'start') killLater();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // A line that was cut off by the kill acknowledges nothing.
    child.on('close', (code) => resolve({ code, acknowledged: stdout.split('\n').slice(0, -1), stderr }));
  });
}

/**
 * Processes that add and rotate without end, `atOnce` at a time, each killed at a random moment: most while they
 * write, some while they start. Resolves with what they acknowledged and what they complained of.
 */
export async function killAtRandom(
  file: string,
  kills: number,
  atOnce: number,
): Promise<{ acknowledged: string[]; complaints: string[]; killed: number }> {
  const acknowledged: string[] = [];
  const complaints: string[] = [];
  let [started, killed] = [0, 0];
  const next = async () => {
    while (started < kills) {
      const at = started;
      started += 1;
      const kill: Kill =
        at % 5 === 0
          ? { from: 'start', afterMs: Math.random() * 300 }
          : { from: 'first acknowledged', afterMs: Math.random() * 60 };
      const ran = await adding(file, `k${at}`, 'forever', { kill });
      acknowledged.push(...ran.acknowledged);
      if (ran.stderr !== '') complaints.push(ran.stderr);
      if (ran.code === null) killed += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return { acknowledged, complaints, killed };
}

/** The keys that were acknowledged and are not there, and those there with a value that nobody gave them. */
export async function findLost(store: Keystore, acknowledged: readonly string[]): Promise<string[]> {
  const listed = (await store.entries()).map(({ id }) => id).filter((id) => id.startsWith('p/'));
  const there = new Set(listed);
  const said = new Set(acknowledged);
  const lost = acknowledged.filter((line) => !line.endsWith(' rotated') && !there.has(line));
  for (const id of listed) {
    const value = (await store.secret(id))?.reveal();
    const [first, later] = [`value of ${id.slice(2)}`, `later value of ${id.slice(2)}`];
    if (value !== later && (said.has(`${id} rotated`) || value !== first))
      lost.push(`${id} has another value`);
  }
  return lost;
}
