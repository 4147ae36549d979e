import { describe, expect, it } from 'vitest';
import { type Pixels, resample } from '../src/lanczos.ts';

function paint(
  width: number,
  height: number,
  at: (x: number, y: number) => number,
  channels: 1 | 2 | 4 = 1,
): Pixels {
  const data = new Uint8Array(width * height * channels);
  for (let index = 0; index < data.length; index++) {
    const pixel = Math.floor(index / channels);
    data[index] = at(pixel % width, Math.floor(pixel / width));
  }
  return { data, width, height, pages: 1, channels, depth: 8 };
}

const spot = (cx: number, cy: number) => (x: number, y: number) =>
  Math.round(240 * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 18));

function centre({ data, width }: Pixels): [number, number] {
  let [sum, across, down] = [0, 0, 0];
  for (let at = 0; at < data.length; at++) {
    const value = data[at] as number;
    sum += value;
    across += value * (at % width);
    down += value * Math.floor(at / width);
  }
  return [across / sum, down / sum];
}

describe('resample', () => {
  it('gives the same values in the same size', () => {
    const picture = paint(31, 17, (x, y) => (x * 37 + y * 91) % 256);
    expect(resample(picture, { width: 31, height: 17 }).data).toEqual(picture.data);
  });

  it.each([
    [45, 61],
    [200, 131],
    [23, 40],
    [61, 90],
  ])('keeps a spot where it is at %i x %i', (width, height) => {
    const [cx, cy] = [31.4, 38.7];
    const [x, y] = centre(resample(paint(61, 80, spot(cx, cy)), { width, height }));
    expect(x).toBeCloseTo(((cx + 0.5) * width) / 61 - 0.5, 1);
    expect(y).toBeCloseTo(((cy + 0.5) * height) / 80 - 0.5, 1);
  });

  it('takes a window that begins and ends within pixels, and looks at nothing beyond it', () => {
    const [cx, cy] = [31.4, 38.7];
    const window = { left: 10.5, top: 12.25, width: 40, height: 50.5 };
    const [x, y] = centre(resample(paint(61, 80, spot(cx, cy)), { width: 80, height: 101, window }));
    expect(x).toBeCloseTo((cx + 0.5 - window.left) * 2 - 0.5, 1);
    expect(y).toBeCloseTo((cy + 0.5 - window.top) * 2 - 0.5, 1);
    const framed = paint(20, 20, (px, py) => (px < 4 || py < 4 || px >= 16 || py >= 16 ? 255 : 90));
    const inside = resample(framed, {
      width: 37,
      height: 29,
      window: { left: 4, top: 4, width: 12, height: 12 },
    });
    expect(new Set(inside.data)).toEqual(new Set([90]));
  });

  it('keeps one colour, also from and to a single pixel and between depths', () => {
    const one = paint(1, 1, () => 77);
    expect(new Set(resample(one, { width: 50, height: 3 }).data)).toEqual(new Set([77]));
    expect(
      Array.from(
        resample(
          paint(500, 3, () => 77),
          { width: 1, height: 1 },
        ).data,
      ),
    ).toEqual([77]);
    const deep = resample(one, { width: 2, height: 2, depth: 16 });
    expect(deep.depth).toBe(16);
    expect(new Set(deep.data)).toEqual(new Set([77 * 257]));
  });

  it('does not alias: fine stripes reduced become their mean', () => {
    const { data } = resample(
      paint(400, 8, (x) => (x % 2) * 200),
      { width: 100, height: 2 },
    );
    for (const value of data.slice(4, 96)) expect(Math.abs(value - 100)).toBeLessThanOrEqual(2);
  });

  it('gives the colour of transparent pixels no weight', () => {
    const half: Pixels = { ...paint(12, 4, () => 0, 2), data: new Uint8Array(96) };
    for (let pixel = 0; pixel < 48; pixel++) half.data.set(pixel % 12 < 6 ? [100, 255] : [250, 0], pixel * 2);
    const { data } = resample(half, { width: 29, height: 7 });
    for (let at = 0; at < data.length; at += 2) {
      if ((data[at + 1] as number) > 8) expect(Math.abs((data[at] as number) - 100)).toBeLessThanOrEqual(1);
    }
  });
});
