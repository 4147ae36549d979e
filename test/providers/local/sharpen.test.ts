import { describe, expect, it } from 'vitest';
import type { Raster } from '../../../src/images/raster.ts';
import { sharpen } from '../../../src/providers/local/sharpen.ts';
import { addNoise, channelOf, goodScene, paint, withChannels } from './scene.ts';

function sharpened(raster: Raster, amount: number, threshold: number): Raster {
  const copy = { ...raster, data: raster.data.slice() };
  sharpen(copy, amount, threshold);
  return copy;
}

const grey = (value: number) => [value, value, value];

describe('sharpen', () => {
  it('never moves a pixel by more than 20 of 255, nor by more than half its way to black or white', () => {
    for (const [dark, bright] of [
      [0, 1],
      [0.02, 0.98],
      [0.1, 0.9],
      [0.45, 0.55],
    ] as const) {
      const edge = paint(48, 32, 8, (x, y) => grey(x > 23 !== y > 15 ? bright : dark));
      const after = sharpened(edge, 3, 0);
      edge.data.forEach((value, at) => {
        const moved = (after.data[at] as number) - value;
        expect(Math.abs(moved)).toBeLessThanOrEqual(20);
        expect(moved).toBeLessThanOrEqual((255 - value) / 2 + 0.5);
        expect(moved).toBeGreaterThanOrEqual(-value / 2 - 0.5);
      });
    }
  });

  it('leaves no halo wider than two pixels beside an edge, and no ringing', () => {
    const edge = paint(48, 8, 8, (x) => grey(x > 23 ? 0.7 : 0.3));
    const moved = Array.from(
      sharpened(edge, 1, 0).data.slice(0, 48 * 3),
      (v, at) => v - (edge.data[at] as number),
    );
    const reds = moved.filter((_, at) => at % 3 === 0);
    expect(reds.flatMap((change, x) => (change === 0 ? [] : [x]))).toEqual([22, 23, 24, 25]);
    expect(reds.slice(22, 26).map(Math.sign)).toEqual([-1, -1, 1, 1]);
  });

  it('never touches detail below the threshold, nor noise of a quarter of it', () => {
    const flat = paint(128, 96, 8, () => grey(0.5));
    const faint = paint(128, 96, 8, (x, y) => grey(0.5 + ((x + y) % 2 === 0 ? 2 : -2) / 255));
    expect(sharpened(faint, 1, 2.5).data).toEqual(faint.data);
    const noisy = addNoise(flat, 1.5);
    const changed = sharpened(noisy, 1, 6).data.filter((value, at) => value !== noisy.data[at]);
    expect(changed.length).toBe(0);
  });

  it('keeps hue, alpha, 16 bits and pages', () => {
    const scene = goodScene(60, 48);
    const seen = withChannels(scene, 4, (pixel) => (pixel % 5) / 4);
    const after = sharpened(seen, 0.8, 1);
    expect(channelOf(after, 3)).toEqual(channelOf(seen, 3));
    const tinted = paint(32, 16, 8, (x) => (x > 15 ? [0.6, 0.5, 0.4] : [0.5, 0.4, 0.3]));
    const [red, green, blue] = [0, 1, 2].map((c) => channelOf(sharpened(tinted, 1, 0), c)) as [
      number[],
      number[],
      number[],
    ];
    red.forEach((value, at) => {
      expect(Math.abs(value - (green[at] as number) - 25.5)).toBeLessThan(1.6);
      expect(Math.abs((green[at] as number) - (blue[at] as number) - 25.5)).toBeLessThan(1.6);
    });
    const deep = { ...scene, depth: 16 as const, data: Uint16Array.from(scene.data, (value) => value * 257) };
    const [from8, from16] = [sharpened(scene, 0.8, 1), sharpened(deep, 0.8, 1)];
    expect(
      Math.max(...Array.from(from8.data, (v, at) => Math.abs(v - (from16.data[at] as number) / 257))),
    ).toBeLessThan(0.51);
    const twice = { ...scene, pages: 2, data: new Uint8Array([...scene.data, ...scene.data]) };
    expect(Array.from(sharpened(twice, 0.8, 1).data)).toEqual([...from8.data, ...from8.data]);
  });
});
