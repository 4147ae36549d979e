// Processes that use one store at the same time, some of which are killed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { storeAt } from './stores.ts';

const adder = fileURLToPath(new URL('adder.ts', import.meta.url));

export interface Adding {
  readonly code: number | null;
  readonly acknowledged: readonly string[];
  readonly stderr: string;
}

/** Runs adder.ts to its end, or kills it with SIGKILL after `killAfterMs`. */
export function adding(
  file: string,
  prefix: string,
  count: number | 'forever',
  { killAfterMs, env = {} }: { killAfterMs?: number; env?: Record<string, string> } = {},
): Promise<Adding> {
  const child = spawn(process.execPath, [adder, file, prefix, String(count)], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      // A line that was cut off by the kill acknowledges nothing.
      const acknowledged = stdout.split('\n').slice(0, -1);
      resolve({ code, acknowledged, stderr });
    });
  });
}

/** Every acknowledged key is there with its value, and so is every other one that the store lists. */
export async function expectNothingLost(file: string, acknowledged: readonly string[]): Promise<void> {
  const store = storeAt(file);
  const listed = (await store.entries()).map(({ id }) => id);
  const rotated = new Set(
    acknowledged.filter((line) => line.endsWith(' rotated')).map((line) => line.split(' ')[0]),
  );
  expect(acknowledged.filter((id) => !id.endsWith(' rotated') && !listed.includes(id))).toEqual([]);
  for (const id of listed.filter((name) => name.startsWith('p/'))) {
    const value = (await store.secret(id))?.reveal();
    const [first, later] = [`value of ${id.slice(2)}`, `later value of ${id.slice(2)}`];
    expect(rotated.has(id) ? [later] : [first, later]).toContain(value);
  }
}

/** Rounds of processes that add without end and are killed at random moments. Resolves with what was acknowledged. */
export async function killAtRandom(
  file: string,
  kills: number,
  atOnce: number,
  random: () => number,
): Promise<{ acknowledged: string[]; killed: number }> {
  const acknowledged: string[] = [];
  let killed = 0;
  const next = async () => {
    while (killed < kills) {
      const prefix = `k${killed}`;
      killed += 1;
      const ran = await adding(file, prefix, 'forever', { killAfterMs: 40 + random() * 260 });
      expect(ran.stderr).toBe('');
      acknowledged.push(...ran.acknowledged);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return { acknowledged, killed };
}
