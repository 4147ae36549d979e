import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fit, fitSize } from '../../../src/images/upload/fit-size.ts';
import type { Size } from '../../../src/providers/model.ts';
import { any, free, list } from './rules.ts';

const side = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 300 }));
const size = fc.record({ width: side, height: side });
const within20 = size.filter(({ width, height }) => Math.max(width, height) <= 20 * Math.min(width, height));
const area = ({ width, height }: Size) => width * height;

// The whole picture, in the middle, in its own ratio up to half a pixel a side (never less than one pixel).
function expectWhole(source: Size, fit: Fit): void {
  const { left, top, width, height } = fit.content;
  expect([left, top]).toEqual([Math.floor((fit.width - width) / 2), Math.floor((fit.height - height) / 2)]);
  expect(
    Math.min(left, top, width - 1, height - 1, fit.width - width, fit.height - height),
  ).toBeGreaterThanOrEqual(0);
  // The scales that round to each side; they must have one in common.
  const scales = (side: number, of: number) =>
    [side === 1 ? 0 : (side - 0.501) / of, (side + 0.501) / of] as const;
  const [across, down] = [scales(width, source.width), scales(height, source.height)];
  expect(Math.max(across[0], down[0])).toBeLessThanOrEqual(Math.min(across[1], down[1]));
}

describe('fitSize, free sizes', () => {
  it('is legal, whole and no larger than asked for', () => {
    fc.assert(
      fc.property(within20, fc.option(fc.integer({ min: 300_000, max: 10_000_000 })), (source, wish) => {
        const fit = fitSize(source, free, wish ?? undefined);
        expect([fit.width % 16, fit.height % 16]).toEqual([0, 0]);
        expect(Math.max(fit.width, fit.height)).toBeLessThanOrEqual(3840);
        expect(Math.max(fit.width, fit.height)).toBeLessThanOrEqual(3 * Math.min(fit.width, fit.height));
        expect(area(fit)).toBeGreaterThanOrEqual(free.minPixels);
        const most = Math.min(free.maxPixels, wish ?? free.usualPixels);
        // Below the least there is only the smallest legal size.
        expect(area(fit)).toBeLessThanOrEqual(Math.max(most, 1.05 * free.minPixels));
        expectWhole(source, fit);
      }),
      { numRuns: 400 },
    );
  });

  it('pads at most 4 % where the ratio is legal, and not more than a ratio beyond 3:1 takes', () => {
    fc.assert(
      fc.property(within20, (source) => {
        const { content, ...fit } = fitSize(source, free);
        const ratio = Math.max(source.width / source.height, source.height / source.width);
        const needed = Math.min(1, 3 / ratio);
        // A side that has become one pixel, or a few, is rounded too much to count by.
        fc.pre(Math.min(content.width, content.height) >= 16);
        expect(area(content) / area(fit)).toBeGreaterThan(needed * 0.96 - 0.04 * (ratio > 3 ? 1 : 0));
      }),
      { numRuns: 400 },
    );
  });

  it('does not enlarge what is large enough, and does not scale what fits', () => {
    fc.assert(
      fc.property(within20, (source) => {
        const { content } = fitSize(source, free);
        if (area(source) >= 1.05 * free.minPixels) expect(content.width).toBeLessThanOrEqual(source.width);
        const isMedium = area(source) >= free.minPixels && area(source) <= 0.95 * free.usualPixels;
        const isPlain = Math.max(source.width / source.height, source.height / source.width) <= 2.9;
        if (isMedium && isPlain) expect(content).toMatchObject(source);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    [4032, 3024, undefined, 2208, 1664],
    [4032, 3024, 8_294_400, 3312, 2480],
    [5120, 2880, undefined, 2560, 1440],
    [1200, 800, undefined, 1200, 800],
    [1000, 1000, undefined, 1008, 1008],
    [1, 1, undefined, 816, 816],
    [1601, 200, undefined, 1616, 544],
    [17, 4000, undefined, 1104, 3312],
  ])('%i x %i (at most %s pixels) is sent as %i x %i', (width, height, most, toWidth, toHeight) => {
    expect(fitSize({ width, height }, free, most)).toMatchObject({ width: toWidth, height: toHeight });
  });

  it('mirrors with the picture', () => {
    fc.assert(
      fc.property(within20, ({ width, height }) => {
        const upright = fitSize({ width, height }, free);
        const turned = fitSize({ width: height, height: width }, free);
        expect(area(turned)).toBe(area(upright));
        expect(area(turned.content)).toBe(area(upright.content));
      }),
      { numRuns: 200 },
    );
  });
});

describe('fitSize, listed sizes', () => {
  it('takes the one that wastes least', () => {
    expect(fitSize({ width: 4032, height: 3024 }, list)).toMatchObject({ width: 1536, height: 1024 });
    expect(fitSize({ width: 3000, height: 4000 }, list)).toMatchObject({ width: 1024, height: 1536 });
    expect(fitSize({ width: 2000, height: 2100 }, list)).toMatchObject({ width: 1024, height: 1024 });
  });

  it('is one of the list, and whole', () => {
    fc.assert(
      fc.property(size, (source) => {
        const fit = fitSize(source, list);
        expect(list.sizes.some(({ width, height }) => fit.width === width && fit.height === height)).toBe(
          true,
        );
        expectWhole(source, fit);
      }),
    );
  });
});

describe('fitSize, any size', () => {
  it('is the own size up to the most pixels, without padding', () => {
    fc.assert(
      fc.property(size, fc.option(fc.integer({ min: 1, max: 5_000_000 })), (source, wish) => {
        const fit = fitSize(source, any, wish ?? undefined);
        const most = Math.min(any.maxPixels, wish ?? any.maxPixels);
        expect(area(fit)).toBeLessThanOrEqual(most);
        expect(fit.content).toEqual({ left: 0, top: 0, width: fit.width, height: fit.height });
        if (area(source) <= most) expect(fit).toMatchObject(source);
        expect(fit.width).toBeLessThanOrEqual(source.width);
        expect(fit.height).toBeLessThanOrEqual(source.height);
      }),
    );
  });
});

describe('fitSize, any size within bounds', () => {
  const fast = { kind: 'any', minSide: 32, maxSide: 1536, minPixels: 1024, maxPixels: 1_048_576 } as const;
  const edit = { kind: 'any', minSide: 64, minPixels: 4096, maxPixels: 9_437_184, maxRatio: 2.5 } as const;

  it.each([
    ['as it is', fast, 1000, 1000, 1000, 1000, 1000, 1000],
    ['as it is, at the bounds', fast, 1536, 682, 1536, 682, 1536, 682],
    ['smaller, for its pixels', fast, 4000, 4000, 1024, 1024, 1024, 1024],
    ['smaller, for its side', fast, 6000, 1500, 1536, 384, 1536, 384],
    ['larger, for its side', fast, 16, 16, 32, 32, 32, 32],
    ['larger, for its side, in its ratio', fast, 48, 16, 96, 32, 96, 32],
    ['padded, for a ratio that no bound allows', fast, 1600, 16, 1536, 32, 1536, 15],
    ['as it is', edit, 4000, 2000, 4000, 2000, 4000, 2000],
    ['padded, for its ratio', edit, 3000, 1000, 3000, 1200, 3000, 1000],
    ['padded and smaller', edit, 12_000, 2000, 4857, 1943, 4857, 810],
    ['larger, for its pixels', { ...edit, minSide: 1 }, 80, 40, 91, 46, 91, 46],
    ['larger', edit, 20, 20, 64, 64, 64, 64],
    ['padded and larger', edit, 100, 4, 160, 64, 160, 6],
    ['from one pixel', edit, 1, 1, 64, 64, 64, 64],
  ] as const)('%s', (_, rule, width, height, toWidth, toHeight, across, down) => {
    const { content, ...size } = fitSize({ width, height }, rule);
    expect([size, content]).toMatchObject([
      { width: toWidth, height: toHeight },
      { width: across, height: down },
    ]);
  });

  it.each([
    ['of small sides', fast],
    ['of a ratio', edit],
    ['of a ratio alone', { kind: 'any', maxPixels: 2_000_000, maxRatio: 3 } as const],
  ])('is legal and whole, with bounds %s', (_, rule) => {
    const {
      minSide = 1,
      maxSide = 1e9,
      minPixels = 1,
      maxPixels,
      maxRatio = 1e9,
    } = rule as typeof fast & {
      maxRatio?: number;
    };
    fc.assert(
      fc.property(size, fc.option(fc.integer({ min: 1, max: 5_000_000 })), (source, wish) => {
        const fit = fitSize(source, rule, wish ?? undefined);
        const [longer, shorter] = [Math.max(fit.width, fit.height), Math.min(fit.width, fit.height)];
        expect(shorter).toBeGreaterThanOrEqual(minSide);
        expect(longer).toBeLessThanOrEqual(maxSide);
        expect(area(fit)).toBeGreaterThanOrEqual(minPixels);
        expect(area(fit)).toBeLessThanOrEqual(
          Math.max(minPixels, minSide ** 2, Math.min(maxPixels, wish ?? maxPixels)),
        );
        expect(longer).toBeLessThanOrEqual(maxRatio * shorter);
        const { left, top, width, height } = fit.content;
        expect([left, top]).toEqual([
          Math.floor((fit.width - width) / 2),
          Math.floor((fit.height - height) / 2),
        ]);
        // In its own ratio, up to two pixels a side: the scales that lead to each side have one in common.
        const scales = (side: number, of: number) => [(side - 2.01) / of, (side + 2.01) / of] as const;
        const [across, down] = [scales(width, source.width), scales(height, source.height)];
        expect(Math.max(across[0], down[0])).toBeLessThanOrEqual(Math.min(across[1], down[1]));
      }),
      { numRuns: 1000 },
    );
  });
});
