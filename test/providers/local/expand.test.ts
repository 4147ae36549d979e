import { describe, expect, it } from 'vitest';
import type { Raster } from '../../../src/images/raster.ts';
import { analyse } from '../../../src/providers/local/analyse.ts';
import { applyPlan } from '../../../src/providers/local/apply.ts';
import { expand, withEdges } from '../../../src/providers/local/expand.ts';
import { describePlan } from '../../../src/providers/local/plan.ts';

const edges = { left: 40, right: 0, top: 25, bottom: 130 };

function picture(channels: Raster['channels'], depth: Raster['depth'], pages = 1): Raster {
  const [width, height, max] = [120, 90, depth === 8 ? 255 : 65_535];
  const values = width * height * channels * pages;
  const data = depth === 8 ? new Uint8Array(values) : new Uint16Array(values);
  for (let at = 0; at < values; at++) {
    const pixel = Math.floor(at / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    data[at] = Math.round(max * (0.5 + 0.3 * Math.sin(x / 9 + (at % channels)) + 0.15 * Math.cos(y / 7)));
  }
  return { data, width, height, pages, channels, depth };
}

const at = ({ data, width, height, channels }: Raster, x: number, y: number, page: number, c: number) =>
  data[((page * height + y) * width + x) * channels + c] as number;

describe('expand', () => {
  it.each([
    [1, 8, 1],
    [2, 16, 1],
    [3, 8, 1],
    [3, 16, 1],
    [4, 8, 3],
  ] as const)('keeps what was there to the bit, without a seam (%i channels, %i bits, %i pages)', (channels, depth, pages) => {
    const before = picture(channels, depth, pages);
    const after = expand(before, edges);
    expect(after).toMatchObject({ width: 160, height: 245, pages, channels, depth });
    expect(after.data).toHaveLength(160 * 245 * pages * channels);
    const step = depth === 8 ? 1 : 257;
    for (let page = 0; page < pages; page++) {
      for (let c = 0; c < channels; c++) {
        for (let y = 0; y < 90; y++) {
          for (let x = 0; x < 120; x++)
            expect(at(after, x + 40, y + 25, page, c)).toBe(at(before, x, y, page, c));
          expect(Math.abs(at(after, 39, y + 25, page, c) - at(before, 0, y, page, c))).toBeLessThan(2 * step);
        }
        for (let x = 0; x < 120; x++) {
          const below = at(after, x + 40, 25 + 90, page, c);
          expect(Math.abs(below - at(before, x, 89, page, c))).toBeLessThan(2 * step);
        }
      }
    }
  });

  it('becomes softer on the way out', () => {
    const stripes = { ...picture(3, 8) };
    stripes.data = stripes.data.map((_, at) => (Math.floor(at / 360) % 4 < 2 ? 200 : 50));
    const after = expand(stripes, { ...edges, top: 0, bottom: 0, left: 60 });
    const contrast = (x: number) => {
      const column = Array.from({ length: 90 }, (_, y) => at(after, x, y, 0, 0));
      return Math.max(...column) - Math.min(...column);
    };
    expect(contrast(0)).toBeLessThan(contrast(59) / 4);
  });

  it('is a step of the plan, after what is mended and before what is enlarged', () => {
    const plan = {
      steps: [
        { name: 'exposure', ev: 0.5, why: '' },
        { name: 'upscale', factor: 2, why: 'asked for: 240 x 180 pixels' },
      ],
      skipped: [],
    } as const;
    const grown = withEdges(plan, edges, { width: 120, height: 90 });
    expect(grown.steps).toMatchObject([
      { name: 'exposure' },
      { name: 'expand', ...edges, why: 'asked for: 160 x 245 pixels' },
      { name: 'upscale', why: 'asked for: 320 x 490 pixels' },
    ]);
    expect(describePlan(grown)).toContain('expand by 40, 0, 25 and 130 pixels left, right, above and below');
    expect(applyPlan(picture(3, 8), grown, analyse(picture(3, 8)).light)).toMatchObject({
      width: 320,
      height: 490,
    });
    expect(withEdges(plan, undefined, plan as never).steps).toEqual(plan.steps);
    const none = withEdges(plan, { left: 0, right: 0, top: 0, bottom: 0 }, { width: 1, height: 1 });
    expect([none.steps, none.skipped]).toEqual([
      plan.steps,
      [{ name: 'expand', why: 'nothing is missing at the edges' }],
    ]);
  });
});
