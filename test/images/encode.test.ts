import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { canCopy } from '../../src/images/copy.ts';
import { encode } from '../../src/images/encode.ts';
import type { Raster } from '../../src/images/raster.ts';
import { targetFor } from '../../src/images/target.ts';
import { hasShared, sharedBytes } from '../helpers/shared.ts';
import { codes, corners, meanDifference, open, refusal, roundTrip } from './pictures.ts';

const formats = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const;

// Like corners(), made smooth enough that lossy formats come close.
const photo = () => corners(96, 64).blur(2);

describe('encode', () => {
  it.each(formats)('writes %s that shows the same picture, upright', async (format) => {
    const file = await photo().withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    const { source, result, warnings } = await roundTrip(file, { format });
    expect(result.facts).toMatchObject({ format, width: 64, height: 96, orientation: 1 });
    expect(codes(warnings)).toEqual(format === 'gif' ? ['exif-lost'] : []);
    expect(meanDifference(opaque(result.raster), source.raster)).toBeLessThan(format === 'gif' ? 6 : 2);
  });

  it.each(['png', 'tiff', 'webp'] as const)('keeps alpha in %s', async (format) => {
    const file = await photo().ensureAlpha(0.5).png().toBuffer();
    const { result, warnings } = await roundTrip(file, { format });
    expect(result.raster.channels).toBe(4);
    expect(result.raster.data[3]).toBe(127);
    expect(warnings).toEqual([]);
  });

  it('puts transparency on white for JPEG, and says so only where there is some', async () => {
    const clear = await roundTrip(await photo().ensureAlpha(0).png().toBuffer(), { format: 'jpeg' });
    expect(codes(clear.warnings)).toEqual(['alpha-lost']);
    expect(clear.result.raster.data.every((value) => value > 252)).toBe(true);
    const opaqueFile = await roundTrip(await photo().ensureAlpha(1).png().toBuffer(), { format: 'jpeg' });
    expect(opaqueFile.warnings).toEqual([]);
  });

  it.each(['png', 'tiff'] as const)('keeps all 16 bits in %s', async (format) => {
    const { source, result, warnings } = await roundTrip(await deep(), { format });
    expect(result.facts.depth).toBe(16);
    expect(Buffer.from(result.raster.data.buffer)).toEqual(Buffer.from(source.raster.data.buffer));
    expect(warnings).toEqual([]);
  });

  it('keeps 10 bits of 16 in AVIF, and reduces to 8 with a warning elsewhere', async () => {
    const avif = await roundTrip(await deep(), { format: 'avif' });
    expect(avif.result.facts.depth).toBe(16);
    expect(meanDifference(avif.result.raster, avif.source.raster)).toBeLessThan(1);
    const jpeg = await roundTrip(await deep(), { format: 'jpeg' });
    expect(jpeg.result.facts.depth).toBe(8);
    expect(codes(jpeg.warnings)).toEqual(['depth-reduced']);
  });

  it.each(['jpeg', 'png', 'tiff'] as const)('keeps grey grey in %s', async (format) => {
    const { result } = await roundTrip(await photo().toColourspace('b-w').png().toBuffer(), { format });
    expect(result.facts.space).toBe('grey');
    expect(result.raster.channels).toBe(1);
  });

  it.each([
    'gif',
    'webp',
  ] as const)('keeps the frames, delays and loops of an animation in %s', async (format) => {
    const file = await animation();
    const { source, result, bytes } = await roundTrip(file, { format });
    expect(result.raster.pages).toBe(3);
    const header = await sharp(bytes).metadata();
    expect([header.delay, header.loop, header.pages]).toEqual([[100, 200, 300], 5, 3]);
    expect(meanDifference(fourChannels(result.raster), fourChannels(source.raster))).toBeLessThan(6);
  });

  it('keeps the first frame of an animation elsewhere, with a warning', async () => {
    const { result, warnings } = await roundTrip(await animation(), { format: 'png' });
    expect(result.raster).toMatchObject({ pages: 1, width: 40, height: 20 });
    expect(codes(warnings)).toEqual(['animation-lost']);
  });

  it('keeps the progressive order and the resolution of JPEG', async () => {
    const file = await photo().withMetadata({ density: 300 }).jpeg({ progressive: true }).toBuffer();
    const { bytes } = await roundTrip(file, { format: 'jpeg' });
    expect(await sharp(bytes).metadata()).toMatchObject({ isProgressive: true, density: 300 });
  });

  it('keeps lossless WebP lossless', async () => {
    const { source, result } = await roundTrip(await photo().webp({ lossless: true }).toBuffer(), {
      format: 'webp',
    });
    expect(meanDifference(result.raster, source.raster)).toBe(0);
  });

  it('makes larger files for higher quality, with full colour resolution from 90', async () => {
    const file = await corners(200, 200).png().toBuffer();
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      const low = await roundTrip(file, { format, quality: 60 });
      const high = await roundTrip(file, { format, quality: 95 });
      expect(high.bytes.length, format).toBeGreaterThan(low.bytes.length);
    }
    const { bytes } = await roundTrip(file, { format: 'jpeg', quality: 90 });
    expect((await sharp(bytes).metadata()).chromaSubsampling).toBe('4:4:4');
  });

  it('refuses sides a format cannot have', async () => {
    const source = await open(await corners().png().toBuffer());
    const wide: Raster = {
      data: new Uint8Array(17_000),
      width: 17_000,
      height: 1,
      pages: 1,
      channels: 1,
      depth: 8,
    };
    const options = { format: 'webp', quality: 90, metadata: 'keep', gps: 'keep' } as const;
    expect(await refusal(encode(wide, source, options))).toMatchObject({ reason: 'unsupported-format' });
  });
});

describe('targetFor and canCopy', () => {
  it('keeps the format where it can be written', async () => {
    const { facts } = await open(await corners().webp().toBuffer());
    expect(targetFor(facts, 'keep')).toBe('webp');
    expect(targetFor(facts, 'png')).toBe('png');
    expect(targetFor({ ...facts, format: 'heic' }, 'keep')).toBe('jpeg');
    expect(targetFor({ ...facts, format: 'svg' }, 'keep')).toBe('png');
  });

  it('copies only what stays wholly the same', async () => {
    const { facts } = await open(await corners().webp().toBuffer());
    const options = { format: 'webp', quality: 90, metadata: 'keep', gps: 'keep' } as const;
    expect(canCopy(facts, options)).toBe(true);
    expect(canCopy(facts, { ...options, format: 'jpeg' })).toBe(false);
    expect(canCopy(facts, { ...options, metadata: 'strip' })).toBe(false);
    expect(canCopy(facts, { ...options, gps: 'strip' })).toBe(false);
  });
});

describe.skipIf(!hasShared)('encode with colour profiles', () => {
  it.each([
    'jpeg',
    'png',
    'webp',
    'avif',
    'tiff',
  ] as const)('keeps Display P3 in %s, with metadata or without', async (format) => {
    for (const metadata of ['keep', 'strip'] as const) {
      const { source, result } = await roundTrip(sharedBytes('corpora/formats/p3.png'), { format, metadata });
      expect(result.facts.profile).toBe('Display P3');
      if (format === 'png' || format === 'tiff') expect(result.raster.data).toEqual(source.raster.data);
    }
  });

  it('converts to sRGB for GIF, which has no profiles', async () => {
    const file = sharedBytes('corpora/photos/rocket.jpg');
    const { result, warnings } = await roundTrip(file, { format: 'gif' });
    expect(codes(warnings)).toEqual(['converted-to-srgb']);
    const { data, info } = await sharp(file)
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const expected = {
      data: new Uint8Array(data),
      width: info.width,
      height: info.height,
      pages: 1,
      channels: 3,
      depth: 8,
    } as const;
    expect(meanDifference(opaque(result.raster), expected)).toBeLessThan(5);
  });

  it('drops the profile of what was converted', async () => {
    for (const name of ['Channel_digital_image_CMYK_color.jpg', 'sample-xyb.jpg']) {
      const { source, result, warnings } = await roundTrip(sharedBytes(`corpora/formats/${name}`), {
        format: 'jpeg',
      });
      expect(codes(warnings)).toEqual(['converted-to-srgb']);
      expect(result.facts).toMatchObject({ profile: undefined, space: 'rgb' });
      expect(meanDifference(result.raster, source.raster)).toBeLessThan(3);
    }
  });

  it('carries a profile of 400 KB over many segments', async () => {
    const { result } = await roundTrip(sharedBytes('corpora/formats/icc_profile_big.jpg'), {
      format: 'jpeg',
    });
    expect(result.facts.profile).toBe('TIFF RGB');
    const png = await roundTrip(sharedBytes('corpora/formats/icc_profile_big.jpg'), { format: 'png' });
    const back = await roundTrip(png.bytes, { format: 'jpeg' });
    expect(back.result.facts.profile).toBe('TIFF RGB');
  });

  it('drops a profile that is none', async () => {
    const { warnings } = await roundTrip(sharedBytes('corpora/hostile/icc-after-SOF.jpg'), {
      format: 'jpeg',
    });
    expect(codes(warnings)).toEqual(['profile-lost']);
  });
});

function deep(): Promise<Buffer> {
  const data = Uint16Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 7) % 65_536);
  return sharp(data, { raw: { width: 64, height: 64, channels: 3 } })
    .toColourspace('rgb16')
    .png()
    .toBuffer();
}

async function animation(): Promise<Buffer> {
  const { data } = await corners(40, 60).raw().toBuffer({ resolveWithObject: true });
  const raw = { width: 40, height: 60, channels: 3, pageHeight: 20 } as const;
  return sharp(data, { raw })
    .webp({ lossless: true, delay: [100, 200, 300], loop: 5 })
    .toBuffer();
}

// GIF always decodes with alpha; these pictures have none.
function opaque(raster: Raster): Raster {
  if (raster.channels !== 4) return raster;
  return { ...raster, channels: 3, data: new Uint8Array(raster.data.filter((_, at) => at % 4 !== 3)) };
}

function fourChannels(raster: Raster): Raster {
  if (raster.channels === 4) return raster;
  const data = new Uint8Array((raster.data.length / 3) * 4).fill(255);
  for (let at = 0; at < raster.data.length; at++)
    data[Math.floor(at / 3) * 4 + (at % 3)] = raster.data[at] ?? 0;
  return { ...raster, channels: 4, data };
}
