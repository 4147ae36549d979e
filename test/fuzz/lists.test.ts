// Names from a pipe: whatever comes, in whatever pieces.
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInput } from '../../src/sources/input.ts';
import { splitList } from '../../src/sources/list.ts';
import { patienceMs, tries } from './runs.ts';

const piece = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r\n',
    '\r',
    '\0',
    '\ufeff',
    'a',
    'photo one.jpg',
    ' ',
    'é',
    'e\u0301',
    '写真',
    '\ud83d',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.nat(140_000).map((length) => 'x'.repeat(length)),
);
const bytes = fc.array(
  fc.oneof(
    piece.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 6 }).map((one) => Buffer.from(one)),
  ),
  {
    maxLength: 12,
  },
);
const cuts = fc.array(fc.nat(200_000), { maxLength: 8 });

async function* inPieces(whole: Buffer, at: readonly number[]): AsyncGenerator<Buffer> {
  const ends = [...at.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    yield whole.subarray(from, end);
    from = end;
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('lists', () => {
  it('give the same names in whatever pieces they come', { timeout: patienceMs }, async () => {
    await fc.assert(
      fc.asyncProperty(bytes, cuts, fc.constantFrom(0, 10), async (parts, at, separator) => {
        const whole = Buffer.concat(parts);
        const names = await all(splitList(inPieces(whole, at), separator));
        expect(names).toEqual(await all(splitList(inPieces(whole, []), separator)));
        for (const name of names) {
          expect(name.length).toBeGreaterThan(0);
          expect(Buffer.from(name as string).includes(separator)).toBe(false);
          expect(Buffer.from(name as string).length).toBeLessThanOrEqual(1 << 17);
        }
      }),
      tries(60),
    );
  });

  // With both in one list the first that was read by then decides, which pieces have a say in.
  it.each([
    0, 10,
  ])('are told apart by their separator (%i) in whatever pieces they come', async (separator) => {
    await fc.assert(
      fc.asyncProperty(bytes, cuts, async (parts, at) => {
        const other = separator === 0 ? 10 : 0;
        const names = Buffer.from([
          0x61,
          separator,
          ...Buffer.concat(parts).filter((byte) => byte !== other),
        ]);
        const input = await readInput(Readable.from(inPieces(names, at)), () => false);
        if (input.kind !== 'list') throw new Error(input.kind);
        expect(await all(input.entries)).toEqual(await all(splitList(inPieces(names, []), separator)));
      }),
      tries(25),
    );
  });
});
