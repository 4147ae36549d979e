import { describe, expect, it } from 'vitest';
import type { Raster } from '../../../src/images/raster.ts';
import { analyse } from '../../../src/providers/local/analyse.ts';
import { lightOfCells, measureLight } from '../../../src/providers/local/light-map.ts';
import { lightAt, readLightRow } from '../../../src/providers/local/light-rows.ts';
import { takeSample } from '../../../src/providers/local/sample.ts';
import { addNoise, goodScene, light, paint, withChannels } from './scene.ts';

const grey = (value: number) => [value, value, value];
const stepEdge = paint(240, 160, 8, (x) => grey(x < 120 ? 0.2 : 0.7));

const measured = (raster: Raster) => {
  const grid = takeSample(raster);
  const map = measureLight(grid);
  return { grid, map, ...lightOfCells(grid, map) };
};

describe('measureLight', () => {
  it('follows strong edges and smooths what is faint', () => {
    const edge = measured(stepEdge);
    edge.base.forEach((base, cell) => {
      expect(Math.abs(base - (cell % 240 < 120 ? 0.2 : 0.7))).toBeLessThan(0.005);
    });
    const texture = measured(paint(240, 160, 8, (x, y) => grey(0.5 + ((x + y) % 2 === 0 ? 0.02 : -0.02))));
    const middle = texture.base[80 * 240 + 120] as number;
    expect(Math.abs(middle - 0.5)).toBeLessThan(0.012);
  });

  it('gives a flat picture its own luma as the base and its least channel as the veil', () => {
    const { base, veil } = measured(paint(64, 48, 8, () => [0.6, 0.5, 0.4]));
    const luma = 0.6 * 0.2126 + 0.5 * 0.7152 + 0.4 * 0.0722;
    for (const value of base) expect(value).toBeCloseTo(luma, 2);
    for (const value of veil) expect(value).toBeCloseTo(0.4, 2);
  });

  it('finds the veil by the darkest channel of the neighbourhood', () => {
    // Bright squares on a ground of 0.3: near them the veil is that of the ground.
    const spots = paint(200, 200, 8, (x, y) => grey(x % 10 < 4 && y % 10 < 4 ? 0.9 : 0.3));
    for (const value of measured(spots).veil) expect(value).toBeCloseTo(0.3, 1);
  });

  it('does not count transparent cells', () => {
    const cut = (behind: number) =>
      withChannels(
        paint(120, 90, 8, (x) => (x < 60 ? [0.5, 0.4, 0.6] : grey(behind))),
        4,
        (pixel) => (pixel % 120 < 60 ? 1 : 0),
      );
    const [black, white] = [analyse(cut(0)), analyse(cut(1))];
    expect(black.base).toEqual(white.base);
    expect(black.veil).toEqual(white.veil);
    expect(black.base.length).toBe(60 * 90);
    for (const base of black.base) expect(base).toBeCloseTo(0.436, 2);
    expect(Math.max(...black.veil.map((veil) => Math.abs(veil - 0.4)))).toBeLessThan(0.005);
  });

  it('leaves a picture without opaque parts as it is', () => {
    const { map, base, veil } = measured(withChannels(goodScene(), 4, () => 0));
    expect(map.slope.every((slope) => slope === 1)).toBe(true);
    expect(base.every((value) => value === 0) && veil.every((value) => value === 0)).toBe(true);
  });

  it('measures each page by itself, always the same', () => {
    const pages = [goodScene(40, 32), light(goodScene(40, 32), -2), addNoise(goodScene(40, 32), 20)];
    const stacked: Raster = {
      ...(pages[0] as Raster),
      pages: 3,
      data: Uint8Array.from(pages.flatMap(({ data }) => [...data])),
    };
    const together = measured(stacked).map;
    expect(together).toEqual(measured(stacked).map);
    for (const key of ['slope', 'offset', 'veilSlope', 'veilOffset'] as const) {
      expect([...together[key]]).toEqual(pages.flatMap((page) => [...measured(page).map[key]]));
    }
  });
});

describe('readLightRow', () => {
  const map = measureLight(takeSample(goodScene(40, 30)));

  it.each([40, 41, 97, 400, 7, 1])('gives each of %i pixels what lightAt gives', (width) => {
    const height = Math.ceil((width * 3) / 4);
    for (const y of [0, height >> 1, height - 1]) {
      const luma = Float32Array.from({ length: width }, (_, x) => (x % 10) / 9);
      const row = new Float32Array(width);
      const room = { slope: new Float32Array(map.columns), offset: new Float32Array(map.columns) };
      readLightRow(map, map, 0, y, height, room, luma, row);
      row.forEach((value, x) => {
        const alone = lightAt(map, map, 0, [x, width], [y, height], luma[x] as number);
        expect(value).toBeCloseTo(alone, 5);
      });
    }
  });
});
