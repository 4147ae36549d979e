import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { attachToPng } from '../../../src/images/metadata/png.ts';
import { hasShared, sharedBytes } from '../../helpers/shared.ts';
import { codes, meanDifference } from '../pictures.ts';
import { asSharp, identity, onlyScaled, psnr, scene, throughService } from '../round-trip.ts';
import { any, list } from '../upload/rules.ts';

const png = (width: number, height: number) => asSharp(scene(width, height)).png().toBuffer();

// An answer of half the size that was asked for, as from a service that has one size: the mean of four pixels each.
async function half(upload: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(upload).raw().toBuffer({ resolveWithObject: true });
  const [width, height, row] = [info.width / 2, info.height / 2, info.width * 3];
  const small = new Uint8Array(width * height * 3);
  for (let at = 0; at < small.length; at++) {
    const [pixel, c] = [Math.floor(at / 3), at % 3];
    const from = Math.floor(pixel / width) * 2 * row + (pixel % width) * 6 + c;
    const four = [from, from + 3, from + row, from + row + 3].map((place) => data[place] as number);
    // Halves are rounded up and down in turn, or the mean of a slope would be half a step too light.
    const sum = four.reduce((total, value) => total + value, 0) / 4;
    small[at] = pixel % 2 === 0 ? Math.floor(sum + 0.5) : Math.ceil(sum - 0.5);
  }
  return sharp(small, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

const alphaOf = ({ data, channels }: { data: Uint8Array | Uint16Array; channels: number }) =>
  Array.from(data).filter((_, at) => at % channels === channels - 1);

describe('restoreAnswer, with a service that changes nothing', () => {
  // 1 dB below what the same scaling loses without upload and answer, which round to 8 bits twice more.
  it.each([
    [1200, 400],
    [400, 1200],
    [2400, 1700],
    [333, 777],
    [17, 4000],
    [1600, 200],
    [200, 1600],
    [2600, 325],
    [1000, 1000],
    [3, 2],
  ])('brings %i x %i back', async (width, height) => {
    const { original, result, fit } = await throughService(await png(width, height));
    expect([result.raster.width, result.raster.height]).toEqual([width, height]);
    const bound = psnr(original.raster, onlyScaled(original.raster, fit.content)) - 1;
    expect(psnr(original.raster, result.raster)).toBeGreaterThan(Math.min(50, bound));
    if (fit.content.width === width) expect(result.raster.data).toEqual(original.raster.data);
  });

  it('brings one pixel back', async () => {
    const { original, result } = await throughService(await png(1, 1));
    expect(result.raster.data).toEqual(original.raster.data);
  });

  it.each([
    ['listed sizes', list],
    ['any size', any],
  ])('works with %s', async (_, rule) => {
    const { original, result, fit } = await throughService(await png(1300, 900), { rule });
    const bound = psnr(original.raster, onlyScaled(original.raster, fit.content)) - 1;
    expect(psnr(original.raster, result.raster)).toBeGreaterThan(Math.min(50, bound));
  });

  it('takes an answer of half the size, padding within pixels and all', async () => {
    const { original, result, fit } = await throughService(await png(1601, 1203), { answer: half });
    expect([fit.content.left % 2, fit.content.top % 2]).not.toEqual([0, 0]);
    const { width, height } = fit.content;
    const bound =
      psnr(original.raster, onlyScaled(original.raster, { width: width / 2, height: height / 2 })) - 1;
    expect(psnr(original.raster, result.raster)).toBeGreaterThan(bound);
  });

  it.each([
    ['the same size', identity],
    ['half the size', half],
  ])('shifts nothing with an answer of %s', async (_, answer) => {
    // A slope of one step a pixel: half a pixel of shift is half a step on average, in one direction.
    const [width, height] = [1801, 700];
    const data = new Uint8Array(width * height * 3);
    for (let at = 0; at < data.length; at++) {
      const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
      data[at] =
        at % 3 === 0 ? Math.abs((x % 400) - 200) + 20 : at % 3 === 1 ? Math.abs((y % 400) - 200) + 20 : 128;
    }
    const slope = { data, width, height, pages: 1, channels: 3, depth: 8 } as const;
    const { result } = await throughService(await asSharp(slope).png().toBuffer(), { answer });
    for (const [channel, axis] of [
      [0, 'x'],
      [1, 'y'],
    ] as const) {
      let [sum, count] = [0, 0];
      for (let at = channel; at < data.length; at += 3) {
        const place = (axis === 'x' ? Math.floor(at / 3) % width : Math.floor(at / 3 / width)) % 400;
        if (place < 20 || place > 180) continue;
        sum += (result.raster.data[at] as number) - (data[at] as number);
        count++;
      }
      expect(Math.abs(sum / count)).toBeLessThan(0.05);
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('gives orientation %i back upright', async (orientation) => {
    const bytes = await asSharp(scene(900, 500))
      .jpeg({ quality: 100 })
      .withMetadata({ orientation })
      .toBuffer();
    const { original, result, fit } = await throughService(bytes);
    expect(result.facts).toMatchObject({
      orientation: 1,
      width: original.facts.width,
      height: original.facts.height,
    });
    const bound = psnr(original.raster, onlyScaled(original.raster, fit.content)) - 2;
    expect(psnr(original.raster, result.raster)).toBeGreaterThan(Math.min(42, bound));
  });

  it('keeps the alpha of the source to the bit, and colours free of any background', async () => {
    const { data, width, height } = scene(1100, 800);
    const rgba = Buffer.alloc(width * height * 4);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      const distance = Math.hypot(x - 550, y - 400);
      const alpha = Math.max(0, Math.min(255, Math.round((380 - distance) * 8)));
      for (let c = 0; c < 3; c++) rgba[pixel * 4 + c] = alpha === 0 ? 0 : (data[pixel * 3 + c] as number);
      rgba[pixel * 4 + 3] = alpha;
    }
    const bytes = await sharp(rgba, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
    const { original, result } = await throughService(bytes);
    expect(alphaOf(result.raster)).toEqual(alphaOf(original.raster));
    expect(psnr(original.raster, result.raster)).toBeGreaterThan(45);
  });

  it('keeps Display P3, its profile and its colours', async () => {
    const bytes = await asSharp(scene(1200, 800)).withIccProfile('p3').png().toBuffer();
    const { original, result, restored } = await throughService(bytes);
    expect([original.facts.profile, result.facts.profile]).toEqual([
      original.facts.profile,
      original.facts.profile,
    ]);
    expect(original.facts.profile).toMatch(/P3/);
    expect(codes(restored.warnings)).toEqual([]);
    // Two conversions of 8 bits: a step of rounding each.
    expect(meanDifference(original.raster, result.raster)).toBeLessThan(0.6);
  });

  it.each([false, true])('keeps 16 bits (with a profile of its own: %s)', async (hasProfile) => {
    const p3 = asSharp(scene(1200, 800)).withIccProfile('p3');
    const { icc } = await sharp(await p3.clone().png().toBuffer()).metadata();
    const values = hasProfile ? await p3.clone().raw().toBuffer() : scene(1200, 800).data;
    const raw = { width: 1200, height: 800, channels: 3 } as const;
    const deep = sharp(
      Uint16Array.from(values, (value) => value * 257),
      { raw },
    );
    const plain = await deep.toColourspace('rgb16').png().toBuffer();
    const bytes = hasProfile ? attachToPng(plain, { icc }) : plain;
    const { original, result } = await throughService(bytes);
    expect(result.facts).toMatchObject({ depth: 16, profile: original.facts.profile });
    expect(meanDifference(original.raster, result.raster)).toBeLessThan(0.6);
  });

  it('keeps grey grey, with alpha and with 16 bits', async () => {
    const grey = asSharp(scene(1200, 800)).toColourspace('b-w');
    const plain = await throughService(await grey.clone().jpeg({ quality: 100 }).toBuffer());
    expect(plain.result.facts.space).toBe('grey');
    expect(meanDifference(plain.original.raster, plain.result.raster)).toBeLessThan(1);
    const { data } = await grey.clone().raw().toBuffer({ resolveWithObject: true });
    const raw = { width: 1200, height: 800, channels: 1 } as const;
    const deep = await sharp(
      Uint16Array.from(data, (value) => value * 257),
      { raw },
    )
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const { original, result } = await throughService(deep);
    expect(result.facts).toMatchObject({ space: 'grey', depth: 16 });
    expect(meanDifference(original.raster, result.raster)).toBeLessThan(0.6);
  });

  it('lets a grey picture have the colours it was given, and says so', async () => {
    const bytes = await asSharp(scene(1200, 800)).toColourspace('b-w').png().toBuffer();
    const { result, restored } = await throughService(bytes, {
      answer: (upload) => sharp(upload).tint('#c08040').png().toBuffer(),
    });
    expect(result.facts.space).toBe('rgb');
    expect(codes(restored.warnings)).toEqual(['colour-added']);
  });

  it('makes transparent what the service made so, and nothing that the source has not', async () => {
    const { data, width, height } = scene(1200, 800);
    const left = (of: number) => (pixel: number) => (pixel % of < of / 2 ? 255 : 0);
    const cut = async (upload: Buffer) => {
      const { info, data: rgb } = await sharp(upload)
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const rgba = Buffer.alloc(info.width * info.height * 4);
      for (let pixel = 0; pixel < info.width * info.height; pixel++) {
        rgba.set([...rgb.subarray(pixel * 3, pixel * 3 + 3), left(info.width)(pixel)], pixel * 4);
      }
      return sharp(rgba, { raw: { width: info.width, height: info.height, channels: 4 } })
        .png()
        .toBuffer();
    };
    const opaque = await throughService(await asSharp(scene(width, height)).jpeg().toBuffer(), {
      ...{ answer: cut, shape: { alpha: 'answer' }, format: 'png' },
    });
    expect(opaque.result.raster.channels).toBe(4);
    expect(alphaOf(opaque.result.raster).filter((value) => value === 255)).toHaveLength((width * height) / 2);
    const rgba = Buffer.alloc(width * height * 4);
    for (let pixel = 0; pixel < width * height; pixel++) {
      rgba.set(
        [...data.subarray(pixel * 3, pixel * 3 + 3), pixel < (width * height) / 2 ? 255 : 0],
        pixel * 4,
      );
    }
    const both = await throughService(
      await sharp(rgba, { raw: { width, height, channels: 4 } })
        .png()
        .toBuffer(),
      { answer: cut, shape: { alpha: 'answer' } },
    );
    expect(alphaOf(both.result.raster).filter((value) => value === 255)).toHaveLength((width * height) / 4);
    const none = await throughService(await asSharp(scene(width, height)).png().toBuffer(), {
      shape: { alpha: 'answer' },
    });
    expect(codes(none.restored.warnings)).toEqual(['nothing-transparent']);
  });
});

describe.skipIf(!hasShared)('restoreAnswer, with real photographs', () => {
  it('gives 4032 x 3024 back as 4032 x 3024, as close as scaling allows', async () => {
    const bytes = sharedBytes('corpora/photos/42_IndexError.jpg');
    const { original, result, fit } = await throughService(bytes, { type: 'auto' });
    expect([result.raster.width, result.raster.height]).toEqual([4032, 3024]);
    // Scaling alone gives 41.7 dB; the JPEG of the upload has 46 dB of its own.
    const bound = psnr(original.raster, onlyScaled(original.raster, fit.content)) - 3;
    expect(psnr(original.raster, result.raster)).toBeGreaterThan(bound);
  });

  it.each([
    ['corpora/formats/iphone_13_pro_max.HEIC', 'Display P3', 'gain-map-lost'],
    ['corpora/formats/Channel_digital_image_CMYK_color.jpg', undefined, 'converted-to-srgb'],
    ['corpora/photos/rocket.jpg', 'Adobe RGB (1998)', undefined],
    ['corpora/formats/prophoto.png', 'ProPhoto RGB', undefined],
    ['corpora/formats/cielab-dagams.tiff', undefined, 'converted-to-srgb'],
    ['corpora/formats/basn4a16.png', undefined, undefined],
  ])('keeps the colours of %s', async (path, profile, code) => {
    const { original, result, restored, fit } = await throughService(sharedBytes(path));
    expect(result.facts.profile).toBe(profile);
    expect(codes(restored.warnings)).toEqual(code === undefined ? [] : [code]);
    const bound = psnr(original.raster, onlyScaled(original.raster, fit.content)) - 3;
    expect(psnr(original.raster, result.raster)).toBeGreaterThan(Math.min(38, bound));
  });

  it('gives the metadata of the source to the result', async () => {
    const { restored, original } = await throughService(sharedBytes('corpora/photos/DSCN0010.jpg'), {
      type: 'auto',
    });
    const [before, after] = await Promise.all([
      sharp(original.bytes).metadata(),
      sharp(restored.bytes).metadata(),
    ]);
    expect(after.exif?.length).toBeGreaterThan(1000);
    expect(before.exif?.includes('NIKON')).toBe(true);
    expect(after.exif?.includes('NIKON')).toBe(true);
  });
});
