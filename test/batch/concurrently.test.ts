import { describe, expect, it } from 'vitest';
import { forEachConcurrently } from '../../src/batch/concurrently.ts';

describe('forEachConcurrently', () => {
  it('works on no more than its width at once and takes no more ahead', async () => {
    let taken = 0;
    let running = 0;
    let most = 0;
    let aheadMost = 0;
    async function* numbers() {
      for (let n = 0; n < 50; n += 1) {
        taken += 1;
        yield n;
      }
    }
    let ended = 0;
    await forEachConcurrently(numbers(), 4, async () => {
      running += 1;
      most = Math.max(most, running);
      aheadMost = Math.max(aheadMost, taken - ended);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      ended += 1;
    });
    expect(ended).toBe(50);
    expect(most).toBe(4);
    expect(aheadMost).toBeLessThanOrEqual(5);
  });

  it('settles the work under way before it rejects, and closes the input', async () => {
    let closed = false;
    let finished = 0;
    async function* endless() {
      try {
        for (;;) yield finished;
      } finally {
        closed = true;
      }
    }
    const run = forEachConcurrently(endless(), 3, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      finished += 1;
      throw new Error('broken');
    });
    await expect(run).rejects.toThrow('broken');
    expect(closed).toBe(true);
    expect(finished).toBeGreaterThanOrEqual(3);
  });
});
