import { availableParallelism } from 'node:os';
import { createMemoryBudget, type MemoryBudget } from './workers/budget.ts';
import { createWorkerPool, type WorkerPool } from './workers/pool.ts';

// What a worker process may know of the environment: where the system keeps its parts, never a key.
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot', 'TEMP', 'LD_LIBRARY_PATH'];

export interface LocalWorkers {
  readonly pool: WorkerPool;
  readonly budget: MemoryBudget;
}

/** Worker processes for pictures: `concurrency` of them share the processors and the memory budget. */
export function startLocalWorkers(
  concurrency: number,
  memoryBudgetBytes: number,
  env: NodeJS.ProcessEnv,
): LocalWorkers {
  const threads = Math.max(1, Math.floor(availableParallelism() / concurrency));
  const known = passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  const pool = createWorkerPool({
    module: new URL(
      import.meta.url.endsWith('.ts') ? './image-worker.ts' : './image-worker.js',
      import.meta.url,
    ),
    // Two arenas keep glibc from holding on to the memory of every thread that ever decoded a picture.
    env: { ...Object.fromEntries(known), VIPS_CONCURRENCY: String(threads), MALLOC_ARENA_MAX: '2' },
    size: concurrency,
    recycleBytes: Math.max(400 * 2 ** 20, memoryBudgetBytes / concurrency / 2),
  });
  pool.warm();
  return { pool, budget: createMemoryBudget(memoryBudgetBytes) };
}
