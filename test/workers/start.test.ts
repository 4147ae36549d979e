// Workers where the system has no room for a process.
import { describe, expect, it } from 'vitest';
import { createWorkerPool } from '../../src/workers/pool.ts';
import { startWorker } from '../../src/workers/worker.ts';

const module = new URL('../../src/image-worker.ts', import.meta.url);
// Larger than what a process may be given: the system refuses to start it, at once (E2BIG).
const env = { PATH: process.env.PATH ?? '', TOO_LARGE: 'x'.repeat(4 * 2 ** 20) };

describe('a worker that cannot be started', () => {
  it('is told as that, with the next step', () => {
    expect(() => startWorker(module, env)).toThrowError(
      expect.objectContaining({
        ...{ name: 'ItemError', reason: 'worker-died', message: expect.stringContaining('E2BIG') },
        hint: expect.stringContaining('ulimit'),
      }),
    );
  });

  it('ahead of the first picture ends nothing, and fails that picture', async () => {
    const pool = createWorkerPool({ module, env, size: 1, recycleBytes: 1e9 });
    pool.warm();
    await expect(pool.use(async () => 'worked')).rejects.toMatchObject({ reason: 'worker-died' });
    pool.close();
  });
});
