import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { concatInTurns, nextTurn, sha256InTurns } from '../src/turns.ts';

describe('turns', () => {
  it('are never shared, however many ask at once', async () => {
    let turn = 0;
    let next = setImmediate(function count() {
      turn += 1;
      next = setImmediate(count);
    });
    const seen = await Promise.all(Array.from({ length: 20 }, () => nextTurn().then(() => turn)));
    clearImmediate(next);
    expect(new Set(seen).size).toBe(20);
  });

  it.each([0, 1, 2 ** 21, 2 ** 21 + 1, 5_000_003])('hash %i bytes', async (length) => {
    const bytes = randomBytes(length);
    expect(await sha256InTurns(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it.each([0, 3, 40, 100])('join %i pieces', async (count) => {
    const pieces = Array.from({ length: count }, (_, at) => randomBytes(65_536 + at));
    expect((await concatInTurns(pieces)).equals(Buffer.concat(pieces))).toBe(true);
  });
});
