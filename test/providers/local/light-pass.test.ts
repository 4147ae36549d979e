import { describe, expect, it } from 'vitest';
import type { Raster } from '../../../src/images/raster.ts';
import { analyse } from '../../../src/providers/local/analyse.ts';
import { applyPlan } from '../../../src/providers/local/apply.ts';
import type { PlanStep } from '../../../src/providers/local/plan.ts';
import { tryOut } from '../../../src/providers/local/try-out.ts';
import { channelOf, goodScene, paint, psnr, withChannels } from './scene.ts';

const fillLight: PlanStep = { name: 'fill-light', amount: 0.5, why: '' };
const localContrast: PlanStep = { name: 'local-contrast', amount: 0.5, why: '' };
const dehaze: PlanStep = { name: 'dehaze', amount: 0.8, airOf255: [204, 204, 204], why: '' };
const vibrance: PlanStep = { name: 'vibrance', amount: 0.4, why: '' };
const all: PlanStep[] = [
  { name: 'white-balance', redGain: 1, greenGain: 1.05, blueGain: 1.1, why: '' },
  dehaze,
  { name: 'exposure', ev: 0.3, why: '' },
  fillLight,
  localContrast,
  vibrance,
];

const applied = (raster: Raster, ...steps: PlanStep[]) =>
  applyPlan({ ...raster, data: raster.data.slice() }, { steps, skipped: [] }, analyse(raster).light);

const grey = (value: number) => [value, value, value];
const at = ({ data, width }: Raster, x: number, y: number) => data[(y * width + x) * 3] as number;
const of255 = (raster: Raster) => (raster.depth === 8 ? 1 : 257);

// Larger than the light map's grid, so that the map is interpolated; the edge lies inside a cell.
const stepEdge = (low: number, high: number) => paint(1000, 120, 16, (x) => grey(x < 501 ? low : high));

describe('fill light', () => {
  it('lights dark surroundings by its amount, keeps their contrast and leaves bright ones', () => {
    const raster = paint(800, 400, 16, (x, y) => grey(x < 400 ? ((x + y) % 2 === 0 ? 0.06 : 0.05) : 0.8));
    const result = applied(raster, fillLight);
    const [dark, darker] = [at(result, 100, 200), at(result, 101, 200)];
    expect(darker / at(raster, 101, 200)).toBeGreaterThan(1.35);
    expect(darker / at(raster, 101, 200)).toBeLessThan(1.5);
    expect(dark / darker).toBeCloseTo(1.2, 1);
    expect(at(result, 700, 200) - at(raster, 700, 200)).toBeLessThan(257 * 0.5);
  });

  it('takes grey up to white without cutting off', () => {
    const ramp = paint(512, 64, 16, (x) => grey(x / 511));
    const result = applied(ramp, { ...fillLight, amount: 1 } as PlanStep);
    for (let x = 1; x < 512; x++) expect(at(result, x, 32)).toBeGreaterThan(at(result, x - 1, 32));
    expect(at(result, 0, 32)).toBe(0);
    expect(at(result, 511, 32)).toBe(65535);
  });
});

describe('local contrast', () => {
  it('adds to texture what it says, and nothing to flat areas', () => {
    const texture = paint(800, 400, 16, (x, y) => grey(0.5 + ((x + y) % 2 === 0 ? 0.02 : -0.02)));
    const result = applied(texture, localContrast);
    const before = at(texture, 400, 200) - at(texture, 401, 200);
    const after = at(result, 400, 200) - at(result, 401, 200);
    expect(after / before).toBeGreaterThan(1.4);
    expect(after / before).toBeLessThan(1.52);
    const flat = paint(300, 200, 8, () => [0.2, 0.4, 0.7]);
    expect(applied(flat, localContrast).data).toEqual(flat.data);
  });

  it('keeps the hue of what it changes', () => {
    const texture = paint(400, 300, 16, (x) => [0.6, 0.4, 0.2].map((c) => c * (x % 16 < 8 ? 1 : 0.9)));
    const { data } = applied(texture, localContrast);
    for (let from = 0; from < data.length; from += 999) {
      expect((data[from] as number) / (data[from + 1] as number)).toBeCloseTo(1.5, 2);
      expect((data[from + 2] as number) / (data[from + 1] as number)).toBeCloseTo(0.5, 2);
    }
  });
});

describe.each([
  ['fill light', fillLight, 2],
  ['local contrast', localContrast, 2],
  ['haze removal', { ...dehaze, amount: 0.6 }, 2.5],
] as const)('%s', (_, step, limitOf255) => {
  it.each([
    [0.05, 0.7],
    [0.15, 0.9],
    [0.2, 0.5],
    [0.4, 0.6],
  ])('leaves no halo at an edge from %d to %d', (low, high) => {
    const raster = stepEdge(low, high);
    const result = applied(raster, step);
    const unit = of255(raster);
    const [dark, bright] = [at(result, 150, 60), at(result, 850, 60)];
    for (let x = 150; x < 850; x++) {
      expect(Math.abs(at(result, x, 60) - (x < 501 ? dark : bright)) / unit).toBeLessThan(limitOf255);
    }
  });
});

describe('haze removal', () => {
  const scene = (x: number, y: number) => {
    // Something dark is never far in a clear picture.
    if (x % 25 < 3) return [0.02, 0.03, 0.01];
    const square = (Math.floor(x / 25) * 7 + Math.floor(y / 25) * 3) % 11;
    return [0.05 + square * 0.06, 0.6 - square * 0.05, 0.04 + ((square * 5) % 11) * 0.05];
  };
  const air = 0.8;
  const veiled = (share: number) =>
    paint(600, 400, 8, (x, y) => scene(x, y).map((value) => value * (1 - share) + air * share));

  it('takes most of an even veil away', () => {
    const clear = veiled(0);
    expect(psnr(clear, applied(veiled(0.4), dehaze))).toBeGreaterThan(psnr(clear, veiled(0.4)) + 5);
  });

  it('leaves a clear picture nearly as it is', () => {
    expect(psnr(veiled(0), applied(veiled(0), dehaze))).toBeGreaterThan(32);
  });

  it('does not darken sky near the colour of the air', () => {
    const sky = paint(400, 300, 8, (x, y) => (y < 150 ? [0.74, 0.76, 0.78] : scene(x, y)));
    const result = applied(sky, { ...dehaze, amount: 1 } as PlanStep);
    expect(at(sky, 200, 60) - at(result, 200, 60)).toBeLessThan(0.06 * 255);
  });

  it('reaches neither black nor white where there was none', () => {
    const raster = paint(512, 64, 16, (x, y) => [0.02 + (x / 511) * 0.96, 0.3 + (y / 63) * 0.68, 0.5]);
    const { data } = applied(raster, { ...dehaze, amount: 1 } as PlanStep);
    for (let from = 0; from < data.length; from += 3) {
      expect(Math.min(data[from] as number, data[from + 1] as number)).toBeGreaterThan(0);
      expect(Math.max(data[from] as number, data[from + 1] as number)).toBeLessThan(65535);
    }
  });
});

describe('the pass with light', () => {
  it.each([2, 4] as const)('does not touch alpha (%i channels)', (channels) => {
    const raster = withChannels(goodScene(), channels, (pixel) => (pixel % 97) / 96);
    const result = applied(raster, ...all);
    expect(channelOf(result, channels - 1)).toEqual(channelOf(raster, channels - 1));
    expect(channelOf(result, 0)).not.toEqual(channelOf(raster, 0));
  });

  it('gives grey the same result in one channel and in three', () => {
    const single = withChannels(goodScene(), 1);
    const triple = paint(single.width, single.height, 8, (x, y) =>
      grey((single.data[y * single.width + x] as number) / 255),
    );
    const steps = all.filter(({ name }) => name !== 'white-balance');
    const result = applied(triple, ...steps);
    expect(channelOf(result, 0)).toEqual(channelOf(result, 2));
    expect(channelOf(applied(single, ...steps), 0)).toEqual(channelOf(result, 1));
    expect(result.data).not.toEqual(triple.data);
  });

  it('keeps the fine levels of 16 bits', () => {
    const ramp = paint(1024, 64, 16, (x, y) => grey(0.1 + (0.3 * (y * 1024 + x)) / 65_536));
    const result = applied(ramp, dehaze, fillLight);
    expect(new Set(result.data).size).toBeGreaterThan(4000);
  });

  it('handles each page by its own light', () => {
    const pages = [goodScene(40, 32), withChannels(withChannels(goodScene(40, 32), 1), 3)];
    const stacked: Raster = {
      ...(pages[0] as Raster),
      pages: 2,
      data: Uint8Array.from(pages.flatMap(({ data }) => [...data])),
    };
    // Mild, so that no page is held back by the share of pixels that all pages together cut off.
    const steps = [fillLight, localContrast];
    expect([...applied(stacked, ...steps).data]).toEqual(
      pages.flatMap((page) => [...applied(page, ...steps).data]),
    );
  });

  // Pixels just before the end count in part, so the growth of 1 % is not met to the pixel.
  it('cuts off hardly more pixels than before', () => {
    const raster = paint(400, 200, 8, (x, y) => [x / 399, y / 199, 0.5]);
    const cut = ({ data }: Raster) => {
      let count = 0;
      for (let from = 0; from < data.length; from += 3) {
        const colour = data.subarray(from, from + 3);
        if (Math.min(...colour) === 0 || Math.max(...colour) === 255) count++;
      }
      return (count * 3) / data.length;
    };
    const levels: PlanStep = { name: 'contrast', blackOf255: 60, whiteOf255: 180, why: '' };
    const result = applied(raster, levels, ...all);
    expect(cut(result) - cut(raster)).toBeLessThan(0.013);
    expect(result.data).not.toEqual(raster.data);
  });

  it('agrees with the trial on the sample', () => {
    const smooth = paint(1000, 750, 8, (x, y) =>
      [0, 1, 2].map(
        (c) => 0.4 + 0.2 * Math.sin(x / 130 + c) * Math.cos(y / 105 - c) - 0.1 * Math.sin((x + y) / 55),
      ),
    );
    for (const steps of [all, [dehaze], [fillLight], [localContrast], [vibrance]]) {
      const analysis = analyse(smooth);
      const tried = tryOut(analysis, steps);
      const real = analyse(applied(smooth, ...steps)).pixels;
      const sum = tried.reduce((total, value, n) => total + Math.abs(value - (real[n] as number)), 0);
      expect((255 * sum) / tried.length).toBeLessThan(1);
    }
  });
});
