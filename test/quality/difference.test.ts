import { describe, expect, it } from 'vitest';
import { meanDeltaE, psnr } from '../../bench/quality/difference.ts';
import { faults } from '../../bench/quality/faults.ts';
import { ssim } from '../../bench/quality/ssim.ts';
import { deltaE2000 } from '../../src/images/drift/delta-e.ts';
import type { Raster } from '../../src/images/raster.ts';
import { goodScene } from '../providers/local/scene.ts';

// Table 1 of Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula" (2005): two L*a*b* colours and their difference.
const published = `
  50 2.6772 -79.7751 50 0 -82.7485 2.0425
  50 3.1571 -77.2803 50 0 -82.7485 2.8615
  50 2.8361 -74.02 50 0 -82.7485 3.4412
  50 -1.3802 -84.2814 50 0 -82.7485 1
  50 -1.1848 -84.8006 50 0 -82.7485 1
  50 -0.9009 -85.5211 50 0 -82.7485 1
  50 0 0 50 -1 2 2.3669
  50 -1 2 50 0 0 2.3669
  50 2.49 -0.001 50 -2.49 0.0009 7.1792
  50 2.49 -0.001 50 -2.49 0.001 7.1792
  50 2.49 -0.001 50 -2.49 0.0011 7.2195
  50 2.49 -0.001 50 -2.49 0.0012 7.2195
  50 -0.001 2.49 50 0.0009 -2.49 4.8045
  50 -0.001 2.49 50 0.001 -2.49 4.8045
  50 -0.001 2.49 50 0.0011 -2.49 4.7461
  50 2.5 0 50 0 -2.5 4.3065
  50 2.5 0 73 25 -18 27.1492
  50 2.5 0 61 -5 29 22.8977
  50 2.5 0 56 -27 -3 31.903
  50 2.5 0 58 24 15 19.4535
  50 2.5 0 50 3.1736 0.5854 1
  50 2.5 0 50 3.2972 0 1
  50 2.5 0 50 1.8634 0.5757 1
  50 2.5 0 50 3.2592 0.335 1
  60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
  63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.263
  61.2901 3.7196 -5.3901 61.4292 2.248 -4.962 1.8731
  35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
  22.7233 20.0904 -46.694 23.0331 14.973 -42.5619 2.0373
  36.4612 47.858 18.3852 36.2715 50.5065 21.2231 1.4146
  90.8027 -2.0831 1.441 91.1528 -1.6435 0.0447 1.4441
  90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
  6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
  2.0776 0.0795 -1.135 0.9033 -0.0636 -0.5514 0.9082`;

describe('deltaE2000', () => {
  const rows = published
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' ').map(Number));

  it.each(rows)('is as published for %d %d %d and %d %d %d', (l1, a1, b1, l2, a2, b2, difference) => {
    expect(deltaE2000([l1, a1, b1], [l2, a2, b2])).toBeCloseTo(difference, 4);
    expect(deltaE2000([l2, a2, b2], [l1, a1, b1])).toBeCloseTo(difference, 4);
  });
});

const scene = goodScene();
const faulty = (name: string): Raster => {
  const fault = faults.find((one) => one.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  return fault.make(scene);
};

describe('ssim', () => {
  it('is 1 for equal pictures and the same both ways', () => {
    expect(ssim(scene, scene)).toBeCloseTo(1, 10);
    expect(ssim(scene, faulty('noise 10'))).toBeCloseTo(ssim(faulty('noise 10'), scene), 10);
  });

  it('falls as noise grows, and with it PSNR', () => {
    const noisy = ['noise 5', 'noise 10', 'noise 15', 'noise 25'].map(faulty);
    const similar = [scene, ...noisy].map((picture) => ssim(scene, picture));
    expect(similar).toEqual(similar.toSorted((a, b) => b - a));
    expect(similar.at(-1)).toBeLessThan(0.9);
    const ratios = noisy.map((picture) => psnr(scene, picture));
    expect(ratios).toEqual(ratios.toSorted((a, b) => b - a));
    expect(meanDeltaE(scene, noisy[3] as Raster)).toBeGreaterThan(meanDeltaE(scene, noisy[0] as Raster));
  });

  // Without texture the structure term is c2 / c2, so that only the luminance term of the paper is left.
  it('of two even greys is the luminance term alone', () => {
    const even = (value: number): Raster => {
      const data = new Uint8Array(20 * 16).fill(value);
      return { data, width: 20, height: 16, pages: 1, channels: 1, depth: 8 };
    };
    const c1 = 2.55 ** 2;
    expect(ssim(even(100), even(50))).toBeCloseTo((2 * 100 * 50 + c1) / (100 ** 2 + 50 ** 2 + c1), 5);
  });
});

describe('faults', () => {
  it.each(faults)('$name takes a picture away from its original, each time alike', ({ make }) => {
    const [one, again] = [make(scene), make(scene)];
    expect(meanDeltaE(scene, one)).toBeGreaterThan(1);
    expect(again.data).toEqual(one.data);
  });

  it('veils what is higher in the picture more, where haze grows with depth', () => {
    const grey: Raster = {
      data: new Uint8Array(3 * 40 * 30),
      width: 40,
      height: 30,
      pages: 1,
      channels: 3,
      depth: 8,
    };
    const { data } = (faults.find(({ name }) => name === 'haze by depth') as (typeof faults)[number]).make(
      grey,
    );
    expect(data[0]).toBe(Math.round(0.65 * 0.72 * 255));
    expect(data.at(-1)).toBe(Math.round(0.1 * 0.83 * 255));
  });
});
