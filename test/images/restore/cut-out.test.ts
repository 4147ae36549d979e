// Cut-outs: the answer's alpha over the source's own colours, alone or in front of a background.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Background } from '../../../src/images/restore/shape.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { codes, refusal } from '../pictures.ts';
import { asSharp, scene, throughService } from '../round-trip.ts';
import { any } from '../upload/rules.ts';

const [width, height] = [600, 400];
const disc = (x: number, y: number, scale = 1) =>
  Math.max(0, Math.min(255, Math.round((150 - Math.hypot(x / scale - 300, y / scale - 200)) * 20)));

// An orange disc with a soft rim before blue, as a camera sees it: colours are mixed at the rim.
const [object, ground] = [
  [230, 120, 20],
  [20, 60, 220],
] as const;
const photo = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
  const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
  const share = disc(x, y) / 255;
  return Math.round((object[at % 3] as number) * share + (ground[at % 3] as number) * (1 - share));
});
const shot = () => sharp(photo, { raw: { width, height, channels: 3 } });

// What a remover of backgrounds sends: soft alpha; colours by `colour`, a little off everywhere.
const removed =
  (colour: (x: number, y: number, c: number) => number, size = 1) =>
  async () => {
    const [across, down] = [width * size, height * size];
    const data = Uint8Array.from({ length: across * down * 4 }, (_, at) => {
      const [x, y] = [Math.floor(at / 4) % across, Math.floor(at / 4 / across)];
      return at % 4 === 3 ? disc(x, y, size) : colour(x, y, at % 4);
    });
    return sharp(data, { raw: { width: across, height: down, channels: 4 } })
      .png()
      .toBuffer();
  };
const clean = removed((_x, _y, c) => (object[c] as number) + 3);
const cut = { alpha: 'answer', colours: 'source' } as const;
const pixel = (
  { data, channels, width: across }: { data: ArrayLike<number>; channels: number; width: number },
  x: number,
  y: number,
) => Array.from({ length: channels }, (_, c) => data[(y * across + x) * channels + c] as number);

describe('a cut-out', () => {
  it('has the source to the bit where it is opaque, and no fringe of the background at its rim', async () => {
    const { result, original } = await throughService(await shot().png().toBuffer(), {
      rule: any,
      shape: cut,
      answer: clean,
    });
    let [fringed, soft, alphas] = [0, 0, 0];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [r, g, b, a] = pixel(result.raster, x, y) as [number, number, number, number];
        if (a !== disc(x, y)) alphas++;
        if (a === 255) expect([r, g, b]).toEqual(pixel(original.raster, x, y));
        else if (a > 0) {
          soft++;
          if (Math.abs(r - object[0]) + Math.abs(g - object[1]) + Math.abs(b - object[2]) > 3 * 8) fringed++;
        }
      }
    }
    expect([alphas, fringed]).toEqual([0, 0]);
    expect(soft).toBeGreaterThan(5000);
  });

  it('takes no colours from a silhouette', async () => {
    const { result, original } = await throughService(await shot().png().toBuffer(), {
      ...{ rule: any, shape: cut, answer: removed(() => 255) },
    });
    for (const x of [300, 150, 154, 157]) {
      expect(pixel(result.raster, x, 200).slice(0, 3)).toEqual(pixel(original.raster, x, 200));
    }
  });

  it('is in the size of the source, where the answer has another one', async () => {
    const { result } = await throughService(await shot().png().toBuffer(), {
      ...{ rule: any, shape: cut, answer: removed((_x, _y, c) => object[c] as number, 0.5) },
    });
    expect(result.raster).toMatchObject({ width, height, channels: 4 });
    for (let x = 140; x < 165; x++) {
      expect(Math.abs((pixel(result.raster, x, 200)[3] as number) - disc(x, 200))).toBeLessThan(24);
    }
  });

  it.each([
    ['jpeg', 'png'],
    ['gif', 'png'],
    ['webp', 'webp'],
    ['tiff', 'tiff'],
    ['avif', 'avif'],
  ] as const)('of %s is written as %s', async (from, to) => {
    const bytes = await shot().toFormat(from).toBuffer();
    const { result } = await throughService(bytes, { rule: any, shape: cut, answer: clean });
    expect([result.facts.format, result.facts.alpha]).toEqual([to, true]);
  });

  it('keeps orientation, 16 bits, grey and transparency of its source', async () => {
    const turned = await shot()
      .rotate(-90)
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const upright = await throughService(turned, { rule: any, shape: cut, answer: clean });
    expect(upright.result.raster).toMatchObject({ width, height });
    expect(pixel(upright.result.raster, 300, 200)[3]).toBe(255);

    const values = Uint16Array.from(photo, (value) => value * 257);
    const deep = await sharp(values, { raw: { width, height, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    const { result, original } = await throughService(deep, { rule: any, shape: cut, answer: clean });
    expect(result.raster).toMatchObject({ depth: 16, channels: 4 });
    expect(pixel(result.raster, 300, 200).slice(0, 3)).toEqual(pixel(original.raster, 300, 200));

    const grey = await shot().toColourspace('b-w').png().toBuffer();
    const plain = await throughService(grey, { rule: any, shape: cut, answer: clean });
    expect([plain.result.facts.space, plain.restored.warnings]).toEqual(['grey', []]);

    const clear = await shot().ensureAlpha(0.6).png().toBuffer();
    const both = await throughService(clear, { rule: any, shape: cut, answer: clean });
    expect([300, 10].map((x) => pixel(both.result.raster, x, 200)[3])).toEqual([153, 0]);
  });

  it('is the source itself where nothing was made transparent, with a word about it', async () => {
    const { result, original, restored } = await throughService(await shot().png().toBuffer(), {
      ...{ rule: any, shape: cut, answer: (upload) => sharp(upload).linear(0.5, 9).png().toBuffer() },
    });
    expect(result.raster.data).toEqual(original.raster.data);
    expect(codes(restored.warnings)).toEqual(['nothing-transparent']);
  });
});

describe('a cut-out in front of a background', () => {
  const behind = (background: Background) => ({ ...cut, background });
  const on = async (bytes: Buffer, background: Background) =>
    throughService(bytes, { rule: any, shape: behind(background), answer: clean });
  const green = { kind: 'colour', rgb: [10, 200, 30] } as const;

  it.each(['jpeg', 'png', 'webp'] as const)('is opaque, in %s as before', async (format) => {
    const { result, restored } = await on(await shot().toFormat(format, { quality: 100 }).toBuffer(), green);
    expect([result.facts.format, result.raster.channels, restored.warnings]).toEqual([format, 3, []]);
    for (const [x, colour] of [
      [300, object],
      [5, green.rgb],
    ] as const) {
      pixel(result.raster, x, 200).forEach((value, c) => {
        expect(Math.abs(value - (colour[c] as number))).toBeLessThanOrEqual(format === 'png' ? 0 : 6);
      });
    }
    // Half and half at the middle of the rim.
    const rim = pixel(result.raster, 157, 200);
    const share = disc(157, 200) / 255;
    rim.forEach((value, c) => {
      const mixed = (object[c] as number) * share + (green.rgb[c] as number) * (1 - share);
      expect(Math.abs(value - mixed)).toBeLessThanOrEqual(format === 'png' ? 8 : 20);
    });
  });

  it('shows the colour as it is in sRGB, whatever the profile of the source', async () => {
    const bytes = await shot().withIccProfile('p3').png().toBuffer();
    const { result } = await on(bytes, green);
    expect(result.facts.profile).toMatch(/P3/);
    const seen = await sharp(result.bytes).toColourspace('srgb').raw().toBuffer();
    for (let c = 0; c < 3; c++)
      expect(Math.abs((seen[c] as number) - (green.rgb[c] as number))).toBeLessThanOrEqual(2);
  });

  it('covers the result with a picture, in the middle', async () => {
    const path = join(await tempFolder(), 'sky.jpg');
    // Three stripes, of which the outer ones are cut off: 1800 x 400 covers 600 x 400 with its middle third.
    const stripes = Uint8Array.from({ length: 1800 * 400 * 3 }, (_, at) =>
      Math.floor((Math.floor(at / 3) % 1800) / 600) === 1 ? 90 : 250,
    );
    await sharp(stripes, { raw: { width: 1800, height: 400, channels: 3 } })
      .png()
      .toFile(path);
    const bytes = await sharp(path).png().toBuffer();
    await writeFile(path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { result } = await on(await shot().png().toBuffer(), { kind: 'picture', path, sha256 });
    for (const [x, y] of [
      [3, 3],
      [596, 396],
      [300, 5],
    ] as const) {
      expect(pixel(result.raster, x, y)).toEqual([90, 90, 90]);
    }
    const gone = refusal(on(await shot().png().toBuffer(), { kind: 'picture', path, sha256: 'ab' }));
    expect((await gone).reason).toBe('background-unusable');
  });

  it('gives a grey picture the colours of its background, and none where it has none', async () => {
    const grey = await shot().toColourspace('b-w').png().toBuffer();
    const coloured = await on(grey, green);
    expect([coloured.result.facts.space, pixel(coloured.result.raster, 5, 5)]).toEqual([
      'rgb',
      [10, 200, 30],
    ]);
    const white = await on(grey, { kind: 'colour', rgb: [255, 255, 255] });
    expect([white.result.facts.space, pixel(white.result.raster, 5, 5)]).toEqual(['grey', [255]]);
  });
});

describe('alpha', () => {
  it('is dropped where a service has painted a background of its own', async () => {
    const bytes = await asSharp(scene(width, height)).ensureAlpha(0.4).png().toBuffer();
    const { result } = await throughService(bytes, { rule: any, shape: { alpha: 'opaque' } });
    expect(result.facts.alpha).toBe(false);
  });
});
