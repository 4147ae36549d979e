import { describe, expect, it } from 'vitest';
import { inspect } from '../../src/images/inspect.ts';
import { hasShared, sharedBytes } from '../helpers/shared.ts';
import { corners, limits, refusal } from './pictures.ts';

// A TIFF file with these SHORT or BYTE tags and one grey pixel.
function tinyTiff(extra: readonly (readonly [tag: number, value: number])[]): Buffer {
  const tags = [
    [0x100, 1],
    [0x101, 1],
    [0x102, 8],
    [0x103, 1],
    [0x106, 1],
    [0x111, 8],
    [0x115, 1],
    [0x117, 1],
    ...extra,
  ] as const;
  const bytes = Buffer.alloc(10 + 2 + tags.length * 12 + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(10, 4);
  bytes.writeUInt16LE(tags.length, 10);
  for (const [index, [tag, value]] of [...tags].sort((a, b) => a[0] - b[0]).entries()) {
    bytes.writeUInt16LE(tag, 12 + index * 12);
    bytes.writeUInt16LE(3, 14 + index * 12);
    bytes.writeUInt32LE(1, 16 + index * 12);
    bytes.writeUInt16LE(value, 20 + index * 12);
  }
  return bytes;
}

describe('inspect', () => {
  it('tells the facts of an upright and of a turned picture', async () => {
    const upright = await inspect(await corners().jpeg().toBuffer(), limits);
    expect(upright).toEqual({
      format: 'jpeg',
      width: 48,
      height: 32,
      pages: 1,
      animated: false,
      orientation: 1,
      space: 'rgb',
      depth: 8,
      alpha: false,
      profile: undefined,
      gainMap: false,
    });
    const turned = await inspect(await corners().withMetadata({ orientation: 6 }).jpeg().toBuffer(), limits);
    expect(turned).toMatchObject({ width: 32, height: 48, orientation: 6 });
  });

  it('refuses what is no picture, with a reason', async () => {
    expect(await refusal(inspect(Buffer.alloc(0), limits))).toMatchObject({ reason: 'empty' });
    expect(await refusal(inspect(Buffer.from('hello'), limits))).toMatchObject({ reason: 'not-an-image' });
    const psd = await refusal(inspect(Buffer.from('8BPS\0\x01\0\0'), limits));
    expect(psd).toMatchObject({
      reason: 'unsupported-format',
      message: 'is in the format PSD, which cannot be read',
    });
    expect(psd.hint).toMatch(/convert it/);
    expect(await refusal(inspect(Buffer.from('<svg/>'), limits))).toMatchObject({ reason: 'svg-not-asked' });
  });

  it('checks the number of pixels before decoding, and says the flag', async () => {
    const error = await refusal(
      inspect(await corners(2000, 1000).png().toBuffer(), { maxPixels: 1_000_000, svg: false }),
    );
    expect(error).toMatchObject({
      reason: 'too-many-pixels',
      message: 'has 2000 x 1000 = 2 million pixels, the limit is 1 million',
    });
    expect(error.hint).toContain('--max-pixels 2');
  });

  it('counts the pixels of all frames', async () => {
    const frames = await corners(100, 100).webp().toBuffer();
    const gif = await corners(100, 400).raw().toBuffer({ resolveWithObject: true });
    const { default: sharp } = await import('sharp');
    const animated = await sharp(gif.data, { raw: { width: 100, height: 400, channels: 3, pageHeight: 100 } })
      .gif()
      .toBuffer();
    expect(await inspect(frames, { maxPixels: 10_000, svg: false })).toMatchObject({ pages: 1 });
    const error = await refusal(inspect(animated, { maxPixels: 30_000, svg: false }));
    expect(error.message).toContain('100 x 100 x 4 frames');
  });

  it('tells camera files from TIFF by their tags or their name', async () => {
    expect(await inspect(tinyTiff([]), limits)).toMatchObject({ format: 'tiff', space: 'grey' });
    expect(await refusal(inspect(tinyTiff([[0xc612, 1]]), limits))).toMatchObject({ reason: 'camera-raw' });
    const preview = tinyTiff([
      [0xfe, 1],
      [0x14a, 8],
    ]);
    expect(await refusal(inspect(preview, limits))).toMatchObject({ reason: 'camera-raw' });
    const nef = await refusal(inspect(tinyTiff([]), limits, '/photos/DSC_0001.NEF'));
    expect(nef).toMatchObject({ reason: 'camera-raw', message: 'is a camera raw file (Nikon NEF)' });
  });
});

describe.skipIf(!hasShared)('inspect on real files', () => {
  it.each([
    [
      'formats/iphone_13_pro_max.HEIC',
      { format: 'heic', width: 3024, height: 4032, profile: 'Display P3', gainMap: true },
    ],
    [
      'photos/avif-orientation-6.avif',
      { format: 'avif', width: 3024, height: 4032, orientation: 1, profile: 'Display P3' },
    ],
    ['formats/fox.profile2.12bpc.yuv444.avif', { format: 'avif', depth: 16 }],
    ['formats/kimono.crop.avif', { width: 385, height: 330 }],
    ['formats/ball.png', { format: 'png', animated: true, pages: 20 }],
    ['formats/rotating-squares.gif', { animated: true, pages: 30, width: 80, height: 80 }],
    ['formats/G31D_MULTI.TIF', { animated: false, pages: 2, space: 'grey' }],
    ['formats/exif_imagemagick_orientation.png', { orientation: 3 }],
    ['formats/xmp_tags_orientation.png', { orientation: 3, profile: 'ColorMatch RGB' }],
    ['formats/g4_orientation_6.tif', { orientation: 6, width: 590, height: 88 }],
    [
      'formats/Channel_digital_image_CMYK_color.jpg',
      { space: 'cmyk', depth: 8, profile: 'U.S. Web Coated (SWOP) v2' },
    ],
    ['formats/cielab-dagams.tiff', { space: 'lab', depth: 16 }],
    ['formats/rgb32f_color.tiff', { space: 'float', depth: 16 }],
    ['formats/basn4a16.png', { space: 'grey', depth: 16, alpha: true }],
    ['formats/ultra-hdr.jpg', { gainMap: true }],
    ['formats/prophoto.png', { profile: 'ProPhoto RGB' }],
  ])('%s', async (path, facts) => {
    expect(await inspect(sharedBytes(`corpora/${path}`), limits)).toMatchObject(facts);
  });
});
