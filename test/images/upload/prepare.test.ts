import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageWarning } from '../../../src/images/facts.ts';
import { readSegments } from '../../../src/images/metadata/jpeg-segments.ts';
import { type PrepareOptions, prepareUpload } from '../../../src/images/upload/prepare.ts';
import { hasShared, sharedBytes } from '../../helpers/shared.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { hasExiftool } from '../metadata/exiftool.ts';
import { codes, refusal } from '../pictures.ts';
import { asSharp, preparing, scene, sourceOf } from '../round-trip.ts';

async function prepare(bytes: Buffer, options: Partial<PrepareOptions> = {}) {
  return prepareUpload(await sourceOf(bytes), undefined, { ...preparing, type: 'auto', ...options });
}

const pixelsOf = async (bytes: Buffer) => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return {
    ...info,
    at: (x: number, y: number) => Array.from(data.subarray((y * info.width + x) * 3).subarray(0, 3)),
  };
};

const chunksOf = (png: Buffer) => {
  const names: string[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    names.push(png.toString('latin1', at + 4, at + 8));
  return [...new Set(names)];
};

describe('prepareUpload', () => {
  it('sends a photograph as JPEG and a lossless picture as PNG, unless it would be large', async () => {
    const photo = await prepare(await asSharp(scene(900, 800)).jpeg().toBuffer());
    expect(photo.upload).toMatchObject({
      type: 'image/jpeg',
      width: photo.fit.width,
      height: photo.fit.height,
    });
    expect((await prepare(await asSharp(scene(900, 800)).png().toBuffer())).upload.type).toBe('image/png');
    const noise = { width: 1500, height: 1100, channels: 3, background: '#000' } as const;
    const noisy = sharp({ create: { ...noise, noise: { type: 'gaussian', mean: 128, sigma: 60 } } });
    const bytes = await noisy.png().toBuffer();
    expect((await prepare(bytes)).upload.type).toBe('image/jpeg');
    const small = await prepare(bytes, { maxUploadBytes: 1_600_000 });
    expect(small.upload.bytes.length).toBeLessThanOrEqual(1_600_000);
    expect((await refusal(prepare(bytes, { maxUploadBytes: 50_000 }))).reason).toBe('too-large');
    expect((await refusal(prepare(bytes, { maxUploadBytes: 50_000, type: 'image/png' }))).reason).toBe(
      'too-large',
    );
  });

  it('repeats the edges outwards: no bars, no seam', async () => {
    const { upload, fit } = await prepare(await asSharp(scene(1601, 200)).png().toBuffer());
    const { left, top, width, height } = fit.content;
    expect([left > 0, top > 100, width, height]).toEqual([true, true, 1601, 200]);
    const { at } = await pixelsOf(upload.bytes);
    for (const x of [0, 400, 1200, fit.width - 1]) {
      const column = Math.min(Math.max(x, left), left + width - 1);
      expect(at(x, 0)).toEqual(at(column, top));
      expect(at(x, fit.height - 1)).toEqual(at(column, top + height - 1));
    }
    expect(at(0, top + 77)).toEqual(at(left, top + 77));
    expect(at(fit.width - 1, top + 77)).toEqual(at(left + width - 1, top + 77));
  });

  it('sends no alpha: what is transparent takes the colours beside it', async () => {
    const rgba = Buffer.alloc(900 * 800 * 4);
    for (let pixel = 0; pixel < 900 * 800; pixel++) {
      const x = pixel % 900;
      rgba.set(x < 450 ? [200, 90, 30, x < 440 ? 255 : 140] : [0, 255, 0, 0], pixel * 4);
    }
    const cut = await sharp(rgba, { raw: { width: 900, height: 800, channels: 4 } })
      .png()
      .toBuffer();
    const { upload } = await prepare(cut);
    const { at, channels } = await pixelsOf(upload.bytes);
    expect(channels).toBe(3);
    for (const x of [10, 445, 452, 600, 899]) {
      for (const [c, value] of [200, 90, 30].entries())
        expect(Math.abs((at(x, 300)[c] as number) - value)).toBeLessThan(4);
    }
    const empty = await prepare(
      await sharp(rgba.fill(0), { raw: { width: 900, height: 800, channels: 4 } })
        .png()
        .toBuffer(),
    );
    expect((await pixelsOf(empty.upload.bytes)).at(5, 5)).toEqual([128, 128, 128]);
  });

  it('sends sRGB: other profiles are converted, grey becomes RGB, 16 bits become 8', async () => {
    const colour = sharp({
      create: { width: 900, height: 800, channels: 3, background: { r: 211, g: 153, b: 91 } },
    });
    const p3 = await colour.clone().withIccProfile('p3').png().toBuffer();
    expect((await sharp(p3, { ignoreIcc: true }).raw().toBuffer()).subarray(0, 3)).toEqual(
      Buffer.from([202, 155, 101]),
    );
    const near = (value: number[], expected: number[]) =>
      value.forEach((one, c) => {
        expect(Math.abs(one - (expected[c] as number))).toBeLessThanOrEqual(1);
      });
    near((await pixelsOf((await prepare(p3)).upload.bytes)).at(3, 3), [211, 153, 91]);
    const grey = await colour.clone().toColourspace('b-w').png().toBuffer();
    const { at } = await pixelsOf((await prepare(grey)).upload.bytes);
    expect(new Set(at(3, 3)).size).toBe(1);
    const deep = await colour.clone().toColourspace('rgb16').png().toBuffer();
    expect((await sharp((await prepare(deep)).upload.bytes).metadata()).depth).toBe('uchar');
  });

  it('refuses animations, naming who takes them', async () => {
    const frames = Buffer.alloc(32 * 64 * 3, 90).fill(200, 32 * 32 * 3);
    const gif = await sharp(frames, { raw: { width: 32, height: 64, channels: 3, pageHeight: 32 } })
      .gif()
      .toBuffer();
    const error = await refusal(prepare(gif));
    expect([error.reason, error.hint]).toEqual([
      'unsupported-format',
      expect.stringContaining('--provider local'),
    ]);
  });
});

describe.skipIf(!hasShared)('what is sent of real photographs', () => {
  // With GPS, serial numbers, maker notes, profiles, XMP, text chunks, HDR gain maps.
  const private_: readonly [string, PrepareOptions['type']][] = [
    ['photos/DSCN0010.jpg', 'auto'],
    ['photos/DSCN0010.jpg', 'image/png'],
    ['photos/jolla.jpg', 'auto'],
    ['formats/iphone_13_pro_max.HEIC', 'auto'],
    ['formats/xmp_tags_orientation.png', 'auto'],
    ['formats/icc_profile_big.jpg', 'auto'],
    ['formats/custom_dir_EXIF_GPS.tiff', 'image/png'],
  ];

  it.each(private_)('holds nothing but pixels: %s as %s', async (path, type) => {
    const { upload } = await prepare(sharedBytes(`corpora/${path}`), { type });
    if (upload.type === 'image/jpeg') {
      const markers = readSegments(upload.bytes).map(({ marker }) => marker);
      expect(markers.filter((marker) => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe)).toEqual([]);
    } else expect(chunksOf(upload.bytes).sort()).toEqual(['IDAT', 'IEND', 'IHDR', 'pHYs']);
    const { exif, xmp, icc, iptc, orientation } = await sharp(upload.bytes).metadata();
    expect([exif, xmp, icc, iptc, orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.skipIf(!hasExiftool)('shows an independent reader nothing of the camera, place or owner', async () => {
    const file = join(await tempFolder(), 'upload');
    await writeFile(file, (await prepare(sharedBytes('corpora/photos/DSCN0010.jpg'))).upload.bytes);
    const groups: Record<string, unknown>[] = JSON.parse(
      execFileSync('exiftool', ['-j', '-a', '-u', '-G1', file]).toString(),
    );
    const names = Object.keys(groups[0] ?? {}).filter(
      (name) => !/^(System|ExifTool|File|JFIF|Composite):|SourceFile/.test(name),
    );
    expect(names).toEqual([]);
  });

  it('says before anything is paid what the result will lose', async () => {
    const lost = async (path: string): Promise<readonly ImageWarning[]> =>
      (await prepare(sharedBytes(path))).warnings;
    expect(codes(await lost('corpora/formats/Channel_digital_image_CMYK_color.jpg'))).toEqual([
      'converted-to-srgb',
    ]);
    expect(codes(await lost('corpora/photos/DSCN0010.jpg'))).toEqual([]);
  });
});
