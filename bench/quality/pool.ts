import { Worker } from 'node:worker_threads';
import type { Mended, Moved, Task } from './measure.ts';

/** Measures in `jobs` threads; what is found comes in the order of the tasks. Throws what a thread throws. */
export async function measureAll(tasks: readonly Task[], jobs: number): Promise<(Mended | Moved)[]> {
  const found: (readonly (Mended | Moved)[])[] = [];
  const queue = tasks.entries();
  await Promise.all(
    Array.from({ length: Math.min(jobs, tasks.length) }, async () => {
      const worker = new Worker(new URL('./measurer.ts', import.meta.url));
      for (const [at, task] of queue) found[at] = await ask(worker, task);
      await worker.terminate();
    }),
  );
  return found.flat();
}

function ask(worker: Worker, task: Task): Promise<readonly (Mended | Moved)[]> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (rows) => {
      worker.off('error', reject);
      resolve(rows);
    });
    worker.postMessage(task);
  });
}
