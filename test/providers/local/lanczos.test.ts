import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { examplePhotos, loadPhoto } from '../../../bench/quality/photos.ts';
import type { Raster } from '../../../src/images/raster.ts';
import { enlarge } from '../../../src/providers/local/lanczos.ts';
import { channelOf, goodScene, paint, psnr, withChannels } from './scene.ts';

// Mean of each `factor` x `factor` box: the reduction that keeps the centres of pixels.
function reduce(raster: Raster, factor: number): Raster {
  const { channels } = raster;
  const [width, height] = [Math.floor(raster.width / factor), Math.floor(raster.height / factor)];
  const data = new Uint8Array(width * height * channels);
  for (let at = 0; at < data.length; at++) {
    const [pixel, c] = [Math.floor(at / channels), at % channels];
    const [x, y] = [(pixel % width) * factor, Math.floor(pixel / width) * factor];
    let sum = 0;
    for (let dy = 0; dy < factor; dy++) {
      for (let dx = 0; dx < factor; dx++)
        sum += raster.data[((y + dy) * raster.width + x + dx) * channels + c] as number;
    }
    data[at] = Math.round(sum / factor ** 2);
  }
  return { ...raster, data, width, height };
}

function crop(raster: Raster, border: number): Raster {
  const { channels } = raster;
  const [width, height] = [raster.width - 2 * border, raster.height - 2 * border];
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((y + border) * raster.width + border) * channels;
    data.set(raster.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { ...raster, data, width, height };
}

describe('enlarge', () => {
  it.each([2, 4] as const)('keeps the centre of a spot where it is (%ix)', (factor) => {
    const [cx, cy] = [13.3, 9.6];
    const spot = paint(30, 24, 16, (x, y) =>
      Array(3).fill(0.9 * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 8)),
    );
    const { data, width } = enlarge(spot, factor);
    let [sum, across, down] = [0, 0, 0];
    for (let at = 0; at < data.length; at += 3) {
      const value = data[at] as number;
      sum += value;
      across += value * ((at / 3) % width);
      down += value * Math.floor(at / 3 / width);
    }
    expect(across / sum).toBeCloseTo((cx + 0.5) * factor - 0.5, 1);
    expect(down / sum).toBeCloseTo((cy + 0.5) * factor - 0.5, 1);
  });

  it.each([2, 4] as const)('mirrors a mirrored picture exactly (%ix)', (factor) => {
    const raster = goodScene(23, 17);
    const turned: Raster = { ...raster, data: turn(raster) };
    expect(turn(enlarge(turned, factor))).toEqual(enlarge(raster, factor).data);
  });

  it.each([2, 4] as const)('comes back when it is reduced again (%ix)', async (factor) => {
    const { raster } = await loadPhoto(examplePhotos.find((path) => path.endsWith('cat-hazy.jpg')) ?? '');
    const big = enlarge(raster, factor);
    expect([big.width, big.height]).toEqual([raster.width * factor, raster.height * factor]);
    expect(psnr(raster, reduce(big, factor))).toBeGreaterThan(42);
  });

  it.each([1, 2, 3, 4] as const)('keeps one colour as it is (%i channels, both depths)', (channels) => {
    for (const depth of [8, 16] as const) {
      const colour = paint(7, 5, depth, () => [0.31, 0.62, 0.93]);
      const flat = withChannels(colour, channels, () => 0.4);
      const big = enlarge(flat, 4);
      for (let c = 0; c < channels; c++) {
        const expected = flat.data[c] as number;
        expect(Math.max(...channelOf(big, c).map((value) => Math.abs(value - expected)))).toBeLessThanOrEqual(
          depth === 8 ? 0 : 1,
        );
      }
    }
  });

  it('does not let the colour of transparent pixels bleed into opaque ones', () => {
    const half = withChannels(
      paint(12, 6, 8, (x) => (x < 6 ? [0.5, 0.5, 0.5] : [1, 0, 0])),
      4,
      (pixel) => (pixel % 12 < 6 ? 1 : 0),
    );
    const { data } = enlarge(half, 2);
    for (let at = 0; at < data.length; at += 4) {
      if ((data[at + 3] as number) < 8) continue;
      for (let c = 0; c < 3; c++) expect(Math.abs((data[at + c] as number) - 128)).toBeLessThanOrEqual(4);
    }
  });

  it('is at least as close to the original as what sharp can do', async () => {
    const { raster } = await loadPhoto(
      examplePhotos.find((path) => path.endsWith('portrait-exif-rotated.jpg')) ?? '',
    );
    const original = crop(raster, (raster.width - 384) >> 1);
    const small = reduce(original, 2);
    const raw = { raw: { width: small.width, height: small.height, channels: 3 as const } };
    const ours = psnr(crop(original, 8), crop(enlarge(small, 2), 8));
    const theirs = await Promise.all(
      [
        sharp(small.data, raw).resize(original.width, original.height, { kernel: 'lanczos3' }),
        sharp(small.data, raw).affine(
          [
            [2, 0],
            [0, 2],
          ],
          { idx: 0.5, idy: 0.5, odx: -0.5, ody: -0.5, interpolator: 'nohalo' },
        ),
      ].map(async (pipeline) => {
        const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
        return psnr(
          crop(original, 8),
          crop({ ...original, data, width: info.width, height: info.height }, 8),
        );
      }),
    );
    expect(ours).toBeGreaterThan(28);
    for (const other of theirs) expect(ours).toBeGreaterThanOrEqual(other);
  });
});

// The picture turned by half a circle.
function turn({ data, channels }: Raster): Uint8Array {
  const pixels = data.length / channels;
  return Uint8Array.from(data, (_, at) => {
    const [pixel, c] = [Math.floor(at / channels), at % channels];
    return data[(pixels - 1 - pixel) * channels + c] as number;
  });
}
