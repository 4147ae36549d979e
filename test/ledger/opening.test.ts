import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../helpers/temp.ts';

/** Opens `rounds` new ledgers, each in all threads at once; answers what went wrong. */
async function openTogether(rounds: number, reads: readonly boolean[]): Promise<string[]> {
  const folder = await tempFolder();
  const files = Array.from({ length: rounds }, (_, round) => join(folder, `${round}.sqlite`));
  const barrier = new SharedArrayBuffer(4);
  const problems = reads.map(
    (only) =>
      new Promise<string[]>((resolve, reject) => {
        const workerData = { files, barrier, threads: reads.length, reads: only };
        const worker = new Worker(new URL('./opener.ts', import.meta.url), { workerData });
        worker.once('message', resolve);
        worker.once('error', reject);
      }),
  );
  return (await Promise.all(problems)).flat();
}

describe('a new ledger', () => {
  it('is opened by several at once', async () => {
    expect(await openTogether(60, [false, false, false])).toEqual([]);
  });

  it('is read while it is made', async () => {
    expect(await openTogether(100, [false, true])).toEqual([]);
  });
});
