import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EdgesWish, edgesFor, grown, growthOf } from '../../src/images/edges.ts';

const none = { px: 0 };
const photo = { width: 6000, height: 4000 };
const ratio = (width: number, height: number): EdgesWish => ({ kind: 'ratio', width, height });

describe('edgesFor', () => {
  it.each([
    [
      { kind: 'edges', left: { px: 10 }, right: none, top: { percent: 25 }, bottom: { px: 3 } },
      photo,
      10,
      0,
      1000,
      3,
    ],
    [
      { kind: 'edges', left: { percent: 50 }, right: { percent: 0.01 }, top: none, bottom: none },
      photo,
      3000,
      1,
      0,
      0,
    ],
    [ratio(16, 9), photo, 555, 556, 0, 0],
    [ratio(1, 1), photo, 0, 0, 1000, 1000],
    [ratio(3, 2), photo, 0, 0, 0, 0],
    [ratio(2, 3), photo, 0, 0, 2500, 2500],
    [ratio(1, 1), { width: 2, height: 1 }, 0, 0, 0, 1],
  ] as const)('%j of %o', (wish, size, left, right, top, bottom) => {
    expect(edgesFor(wish, size)).toEqual({ left, right, top, bottom });
  });

  it('comes as close to a ratio as whole pixels can, and takes nothing away', () => {
    const side = fc.integer({ min: 1, max: 9000 });
    const part = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(side, side, part, part, (width, height, across, down) => {
        const edges = edgesFor(ratio(across, down), { width, height });
        const size = grown({ width, height }, edges);
        expect(Math.min(...Object.values(edges))).toBeGreaterThanOrEqual(0);
        expect(Math.min(edges.left + edges.right, edges.top + edges.bottom)).toBe(0);
        const off = Math.min(
          Math.abs(size.width - (size.height * across) / down),
          Math.abs(size.height - (size.width * down) / across),
        );
        expect(off).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it('tells by how much a picture grows', () => {
    expect(growthOf(undefined, photo)).toBe(1);
    expect(growthOf(ratio(1, 1), photo) ** 2).toBeCloseTo(1.5);
  });
});
