// The pool with the provider's own calls, as the engine joins them: in this process, or in several that share a ledger.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/clock.ts';
import type { SlotBook } from '../../src/pool/book.ts';
import type { PoolJob, SlotFacts, StatedLimits } from '../../src/pool/contract.ts';
import { createPool } from '../../src/pool/pool.ts';
import { CallError } from '../../src/providers/enhance.ts';
import { openaiEdits } from '../../src/providers/openai/openai-edits.ts';
import { Secret } from '../../src/secret.ts';
import { memoryBook } from '../../test/helpers/memory-book.ts';
import { type Client, type Course, model, prompt } from './course.ts';

/** One process that finds out the limits by itself, or knows them. */
export function inProcess(name: string, stated: StatedLimits = {}): Client {
  return { name, run: (course) => sendAll(course, memoryBook(systemClock), stated) };
}

/** Processes that share the work, the key and the machine's ledger. */
export function inProcesses(name: string, count: number): Client {
  return {
    name,
    async run(course) {
      const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
      try {
        const came = Array.from({ length: count }, (_, at) => {
          const pictures = course.pictures.filter((_, n) => n % count === at);
          return runChild(join(folder, `course-${at}.json`), join(folder, 'ledger.sqlite'), {
            ...course,
            pictures,
          });
        });
        return (await Promise.all(came)).reduce((sum, one) => sum + one, 0);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Sends every picture; answers how many came. */
export async function sendAll(course: Course, book: SlotBook, stated: StatedLimits = {}): Promise<number> {
  const { baseUrl, keys, pictures, timeoutMs } = course;
  const payers = new Map(
    keys.map((key): [SlotFacts, Secret] => [
      { id: `${baseUrl} ${key}`, keyName: key, weight: 1 },
      new Secret(key),
    ]),
  );
  const pool = createPool(
    { slots: [...payers.keys()], stated, concurrency: 'auto', maxWaitMs: 900_000 },
    { book, clock: systemClock },
  );
  const { signal } = new AbortController();
  const ends = await Promise.allSettled(
    pictures.map((bytes) => {
      const image = { bytes, type: 'image/png', width: 64, height: 48 } as const;
      const wish = { operation: 'enhance' } as const;
      const request = { model, prompt, image, wish, size: { width: 1024, height: 1024 }, options: {} };
      const steps = { beforeSend: async () => {}, onAccepted: async () => {}, sleep: systemClock.sleep };
      const job: PoolJob = {
        cost: { requests: 1, images: 1, tokens: 0 },
        async attempt(slot, stop) {
          const secret = payers.get(slot);
          if (secret === undefined) throw new Error('a slot without a key');
          const call = { baseUrl, secret, fetch, signal: stop, timeoutMs, ...steps };
          try {
            return { ok: true, result: await openaiEdits.enhance(request, call) };
          } catch (error) {
            if (error instanceof CallError) return { ok: false, error };
            throw error;
          }
        },
      };
      return pool.run(job, signal);
    }),
  );
  for (const end of ends) {
    if (end.status === 'rejected' && !(end.reason instanceof CallError)) throw end.reason;
  }
  return ends.filter(({ status }) => status === 'fulfilled').length;
}

async function runChild(file: string, ledger: string, course: Course): Promise<number> {
  const pictures = course.pictures.map((bytes) => bytes.toString('base64'));
  writeFileSync(file, JSON.stringify({ ...course, pictures, ledger }));
  const program = fileURLToPath(new URL('one-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`a process ended with ${code}`);
  return Number(text);
}
