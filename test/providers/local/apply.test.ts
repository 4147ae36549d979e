import { describe, expect, it } from 'vitest';
import type { Raster } from '../../../src/images/raster.ts';
import { autoLook } from '../../../src/presets/looks.ts';
import { analyse } from '../../../src/providers/local/analyse.ts';
import { applyPlan } from '../../../src/providers/local/apply.ts';
import { makePlan, type Plan, type PlanStep } from '../../../src/providers/local/plan.ts';
import { addNoise, channelOf, goodScene, light, paint, psnr, tint, withChannels } from './scene.ts';

const tone: PlanStep[] = [
  { name: 'white-balance', redGain: 1, greenGain: 1.1, blueGain: 1.3, why: '' },
  { name: 'exposure', ev: 0.5, why: '' },
  { name: 'fill-light', amount: 0.3, why: '' },
  { name: 'vibrance', amount: 0.3, why: '' },
];
const everything: PlanStep[] = [
  { name: 'denoise', sigmaOf255: 5, why: '' },
  ...tone,
  { name: 'sharpen', amount: 0.8, thresholdOf255: 1, why: '' },
];

const planOf = (...steps: PlanStep[]): Plan => ({ steps, skipped: [] });

const applied = (raster: Raster, ...steps: PlanStep[]) =>
  applyPlan({ ...raster, data: raster.data.slice() }, planOf(...steps), analyse(raster).light);

describe('applyPlan', () => {
  it('changes nothing without steps', () => {
    const raster = goodScene();
    const before = raster.data.slice();
    expect(applyPlan(raster, planOf(), analyse(raster).light)).toBe(raster);
    expect(raster.data).toEqual(before);
  });

  it.each([2, 4] as const)('does not touch alpha (%i channels)', (channels) => {
    const raster = withChannels(goodScene(), channels, (pixel) => (pixel % 97) / 96);
    const result = applied(raster, ...everything);
    expect(channelOf(result, channels - 1)).toEqual(channelOf(raster, channels - 1));
    expect(channelOf(result, 0)).not.toEqual(channelOf(raster, 0));
  });

  it('keeps grey stored as three channels grey, where the plan was made for it', () => {
    const grey = light(withChannels(withChannels(goodScene(), 1), 1), -2);
    const triple = paint(grey.width, grey.height, 8, (x, y) =>
      Array(3).fill((grey.data[y * grey.width + x] as number) / 255),
    );
    const recipe = { look: autoLook, scale: 1, strength: 0.65 } as const;
    const measured = analyse(triple);
    const plan = makePlan(measured, recipe);
    expect(plan.steps.map(({ name }) => name)).toContain('exposure');
    const result = applyPlan(triple, plan, measured.light);
    expect(channelOf(result, 0)).toEqual(channelOf(result, 1));
    expect(channelOf(result, 2)).toEqual(channelOf(result, 1));
    const measuredGrey = analyse(grey);
    const single = applyPlan(grey, makePlan(measuredGrey, recipe), measuredGrey.light);
    expect(single.channels).toBe(1);
    expect(channelOf(single, 0)).toEqual(channelOf(result, 1));
  });

  it('keeps the fine levels of 16 bits', () => {
    const ramp = paint(1024, 16, 16, (x, y) => Array(3).fill((0.2 * (y * 1024 + x)) / 16_384));
    const result = applied(ramp, { name: 'exposure', ev: 1, why: '' });
    expect(new Set(result.data).size).toBeGreaterThan(10_000);
  });

  it('gives 8 and 16 bits the same picture', () => {
    const shallow = goodScene();
    const deep: Raster = {
      ...shallow,
      depth: 16,
      data: Uint16Array.from(shallow.data, (value) => value * 257),
    };
    const from8 = applied(shallow, ...everything);
    const from16 = applied(deep, ...everything);
    const worst = Math.max(
      ...Array.from(from8.data, (value, at) => Math.abs(value - (from16.data[at] as number) / 257)),
    );
    // Rounding to 8 bits after denoising and after the tone pass, then up to 1.8 times that by sharpening.
    expect(worst).toBeLessThan(4);
    expect(
      psnr(from8, { ...from16, depth: 8, data: Uint8Array.from(from16.data, (v) => Math.round(v / 257)) }),
    ).toBeGreaterThan(50);
  });

  it('keeps black black and white white when it adds or takes light', () => {
    const ends = paint(64, 64, 8, (x) => (x < 20 ? [0, 0, 0] : x < 40 ? [1, 1, 1] : [0.4, 0.5, 0.6]));
    for (const ev of [1.5, -1.5]) {
      const { data } = applied(ends, { name: 'exposure', ev, why: '' });
      expect([data[0], data[1], data[2]]).toEqual([0, 0, 0]);
      expect([data[90], data[91], data[92]]).toEqual([255, 255, 255]);
    }
  });

  it('does less where a step would cut off more than 1 % of the pixels', () => {
    const raster = paint(200, 100, 8, (x) => Array(3).fill(0.1 + (0.8 * x) / 200));
    const result = applied(raster, { name: 'contrast', blackOf255: 120, whiteOf255: 140, why: '' });
    const cut = result.data.filter((value) => value === 0 || value === 255).length / result.data.length;
    expect(cut).toBeLessThanOrEqual(0.011);
  });

  it('handles each page by itself', () => {
    const pages = [goodScene(40, 32), tint(goodScene(40, 32), 0.2, 0.5, 0.9), light(goodScene(40, 32), -1)];
    const stacked: Raster = {
      ...(pages[0] as Raster),
      pages: 3,
      data: Uint8Array.from(pages.flatMap(({ data }) => [...data])),
    };
    const neighbours = everything.filter(({ name }) => name === 'denoise' || name === 'sharpen');
    for (const steps of [neighbours, [{ name: 'upscale', factor: 2, why: '' } as const]]) {
      const together = applied(stacked, ...steps);
      const apart = pages.flatMap((page) => [...applied(page, ...steps).data]);
      expect(together.pages).toBe(3);
      expect([...together.data]).toEqual(apart);
    }
  });

  it.each([
    1, 2, 3, 4,
  ] as const)('takes pictures of one pixel and up, %i channels, both depths', (channels) => {
    for (const [width, height] of [
      [1, 1],
      [1, 9],
      [2, 3],
      [9, 1],
      [8, 8],
      [9, 11],
    ] as const) {
      for (const depth of [8, 16] as const) {
        const tiny = withChannels(goodScene(width, height, depth), channels, () => 0.5);
        const result = applied(tiny, ...everything, { name: 'upscale', factor: 2, why: '' });
        expect(result.data.length).toBe(width * height * channels * 4);
      }
    }
  });

  it('takes most of the noise away and leaves flat colour flat', () => {
    const clean = goodScene();
    const noisy = addNoise(clean, 15);
    const plan = makePlan(analyse(noisy), { look: autoLook, scale: 1, strength: 0.65 });
    const denoised = applied(noisy, ...plan.steps.filter(({ name }) => name === 'denoise'));
    expect(psnr(clean, denoised)).toBeGreaterThan(psnr(clean, noisy) + 5);
    const flat = paint(33, 21, 8, () => [0.2, 0.4, 0.6]);
    expect(applied(flat, { name: 'denoise', sigmaOf255: 10, why: '' }).data).toEqual(flat.data);
  });

  it('sharpens an edge without cutting it off, and not below the threshold', () => {
    const edge = (low: number, high: number) =>
      paint(32, 16, 8, (x) => Array(3).fill(low + (high - low) / (1 + Math.exp((16 - x) / 1.2))));
    const step: PlanStep = { name: 'sharpen', amount: 0.8, thresholdOf255: 2, why: '' };
    const before = edge(0.1, 0.9);
    const after = applied(before, step);
    const slope = ({ data }: Raster) => (data[8 * 96 + 16 * 3] as number) - (data[8 * 96 + 15 * 3] as number);
    expect(slope(after)).toBeGreaterThan(slope(before));
    expect(applied(edge(0, 1), step).data.every((value, at) => value > 0 || edge(0, 1).data[at] === 0)).toBe(
      true,
    );
    const faint = edge(0.5, 0.51);
    expect(applied(faint, step).data).toEqual(faint.data);
  });
});
