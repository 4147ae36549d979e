import { describe, expect, it } from 'vitest';
import { ssim } from '../../../bench/quality/ssim.ts';
import type { Raster } from '../../../src/images/raster.ts';
import { denoise } from '../../../src/providers/local/denoise.ts';
import { estimateNoise } from '../../../src/providers/local/noise.ts';
import { hasShared } from '../../helpers/shared.ts';
import { loadCrops } from './crops.ts';
import { addNoise, channelOf, paint, psnr, withChannels } from './scene.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function denoised(raster: Raster, sigma: number): Raster {
  const copy = { ...raster, data: raster.data.slice() };
  denoise(copy, sigma);
  return copy;
}

// Slow waves of light, a slanting edge and a patch of fine stripes.
function waves(width = 160, height = 120, depth: 8 | 16 = 8): Raster {
  return paint(width, height, depth, (x, y) => {
    const wave = 0.5 + 0.2 * Math.sin(x / 17) * Math.cos(y / 23);
    const edge = x > 90 + y / 4 ? 0.15 : 0;
    const stripes = x < 50 && y < 50 ? 0.1 * Math.sin(x * 1.3) : 0;
    return [wave + edge + stripes, wave + stripes, wave - edge + stripes];
  });
}

describe('denoise', () => {
  it.skipIf(!hasShared).each([
    [5, 38.3, 37.8],
    [10, 34.4, 34.3],
    [15, 32.1, 32.1],
    [25, 29.3, 29.3],
  ])(
    'brings four photographs with noise %d to the promised PSNR, and structure back',
    async (sigma, known, blind) => {
      const clean = await loadCrops();
      const noisy = clean.map((crop) => addNoise(crop, sigma));
      const after = noisy.map((crop) => denoised(crop, sigma));
      const unaided = noisy.map((crop) => denoised(crop, estimateNoise(crop)));
      expect(mean(clean.map((crop, at) => psnr(crop, after[at] as Raster)))).toBeGreaterThan(known);
      expect(mean(clean.map((crop, at) => psnr(crop, unaided[at] as Raster)))).toBeGreaterThan(blind);
      clean.forEach((crop, at) => {
        const before = ssim(crop, noisy[at] as Raster);
        expect(ssim(crop, after[at] as Raster)).toBeGreaterThan(before);
        expect(ssim(crop, unaided[at] as Raster)).toBeGreaterThan(before);
      });
    },
  );

  it('takes 10 dB of the noise from a smooth scene and keeps its fine stripes', () => {
    const clean = waves();
    const noisy = addNoise(clean, 25);
    const after = denoised(noisy, 25);
    expect(psnr(clean, after)).toBeGreaterThan(psnr(clean, noisy) + 10);
    const contrast = (raster: Raster) => {
      const row = channelOf(raster, 1).slice(20 * 160 + 8, 20 * 160 + 48);
      return Math.hypot(...row.map((value) => value - mean(row)));
    };
    expect(contrast(after)).toBeGreaterThan(0.7 * contrast(clean));
  });

  it('leaves flat colour flat and does nothing at deviation 0', () => {
    const flat = paint(40, 24, 8, () => [0.2, 0.5, 0.9]);
    expect(denoised(flat, 10).data).toEqual(flat.data);
    const noisy = addNoise(waves(), 8);
    expect(denoised(noisy, 0).data).toEqual(noisy.data);
  });

  it('gives 16 bits the same picture as 8, with more levels', () => {
    const shallow = addNoise(waves(), 10);
    const deep = { ...shallow, depth: 16 as const, data: Uint16Array.from(shallow.data, (v) => v * 257) };
    const [from8, from16] = [denoised(shallow, 10), denoised(deep, 10)];
    const apart = Array.from(from8.data, (v, at) => Math.abs(v - (from16.data[at] as number) / 257));
    expect(Math.max(...apart)).toBeLessThan(0.51);
    expect(new Set(from16.data).size).toBeGreaterThan(10 * new Set(from8.data).size);
  });

  it('does not touch alpha, and treats grey as one plane', () => {
    const noisy = addNoise(waves(), 12);
    const seen = withChannels(noisy, 4, (pixel) => (pixel % 7) / 6);
    const after = denoised(seen, 12);
    expect(channelOf(after, 3)).toEqual(channelOf(seen, 3));
    expect(channelOf(after, 0)).toEqual(channelOf(denoised(noisy, 12), 0));
    const grey = denoised(withChannels(noisy, 1), 12);
    expect(psnr(withChannels(waves(), 1), grey)).toBeGreaterThan(
      psnr(withChannels(waves(), 1), withChannels(noisy, 1)) + 6,
    );
    const both = denoised(
      withChannels(noisy, 2, () => 0.5),
      12,
    );
    expect(channelOf(both, 0)).toEqual(Array.from(grey.data));
    expect(new Set(channelOf(both, 1))).toEqual(new Set([128]));
  });

  it('handles each page by itself, and leaves pages smaller than a block', () => {
    const one = addNoise(waves(64, 40), 9);
    const other = addNoise(
      paint(64, 40, 8, (x) => [x / 64, 0.5, 0.5]),
      9,
    );
    const both = { ...one, pages: 2, data: new Uint8Array([...one.data, ...other.data]) };
    const after = Array.from(denoised(both, 9).data);
    expect(after).toEqual([...denoised(one, 9).data, ...denoised(other, 9).data]);
    for (const [width, height] of [
      [7, 40],
      [40, 7],
    ] as const) {
      const small = addNoise(waves(width, height), 9);
      expect(denoised(small, 9).data).toEqual(small.data);
    }
  });

  it.each([8, 9, 10, 11, 13, 17])('takes noise from every pixel of a picture of %d pixels', (side) => {
    const flat = paint(side, side + 1, 8, () => [0.5, 0.5, 0.5]);
    const noisy = addNoise(flat, 20);
    const after = denoised(noisy, 20);
    const far = (raster: Raster) => Math.max(...Array.from(raster.data, (value) => Math.abs(value - 128)));
    expect(far(after)).toBeLessThan(0.6 * far(noisy));
  });
});
