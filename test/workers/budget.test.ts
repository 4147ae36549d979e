import { describe, expect, it } from 'vitest';
import { createMemoryBudget, defaultMemoryBudget } from '../../src/workers/budget.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('createMemoryBudget', () => {
  it('lets in what fits and keeps the order of the rest', async () => {
    const budget = createMemoryBudget(100);
    const admitted: string[] = [];
    const take = (name: string, bytes: number) =>
      budget.acquire(bytes).then((give) => {
        admitted.push(name);
        return give;
      });
    const first = await take('a 60', 60);
    const second = take('b 60', 60);
    const third = take('c 10', 10);
    await settled();
    expect(admitted).toEqual(['a 60']);
    first.release();
    (await second).release();
    (await third).release();
    expect(admitted).toEqual(['a 60', 'b 60', 'c 10']);
  });

  it('gives back once, however often it is asked', async () => {
    const budget = createMemoryBudget(10);
    const give = await budget.acquire(10);
    give.release();
    give.release();
    await budget.acquire(10);
    let admitted = false;
    void budget.acquire(1).then(() => {
      admitted = true;
    });
    await settled();
    expect(admitted).toBe(false);
  });

  it('refuses what can never fit, in words', async () => {
    await expect(createMemoryBudget(2 ** 20).acquire(2 ** 21)).rejects.toMatchObject({
      reason: 'needs-memory',
      hint: expect.stringContaining('--max-memory'),
    });
  });

  it('grows a share only into what is free, and never past those who wait', async () => {
    const budget = createMemoryBudget(100);
    const share = await budget.acquire(20);
    const other = await budget.acquire(50);
    expect(share.grow(40)).toBe(true);
    expect(share.grow(60)).toBe(false);
    other.release();
    expect(share.grow(60)).toBe(true);
    const waiting = budget.acquire(90);
    expect(share.grow(70)).toBe(false);
    share.release();
    await expect(waiting).resolves.toBeDefined();
    expect(() => share.grow(101)).toThrow('needs about');
  });
});

describe('defaultMemoryBudget', () => {
  const gib = 2 ** 30;
  it.each([
    ['a quarter of a large machine', 0, 24 * gib, 6 * gib],
    ["a container's limit counts", 8 * gib, 64 * gib, 2 * gib],
    ['at least 1 GiB', 2 * gib, 64 * gib, gib],
    ['but never more than half', gib, 64 * gib, gib / 2],
    ['a limit above the machine is none', 2 ** 60, 16 * gib, 4 * gib],
  ])('%s', (_, limit, total, bytes) => expect(defaultMemoryBudget(limit, total)).toBe(bytes));
});
