import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { hasShared, sharedBytes } from '../../helpers/shared.ts';
import { refusal } from '../pictures.ts';
import { asSharp, scene, throughService } from '../round-trip.ts';

const source = asSharp(scene(1200, 800)).png().toBuffer();
const answered = async (answer: Buffer | Promise<Buffer>) =>
  refusal(throughService(await source, { answer: async () => answer }));
const picture = (width: number, height: number) => asSharp(scene(width, height));

async function damage(image: Sharp, by: (bytes: Buffer) => Buffer): Promise<Buffer> {
  return by(Buffer.from(await image.toBuffer()));
}

describe('restoreAnswer, with answers of no use', () => {
  it.each([
    ['nothing', () => Buffer.alloc(0), /empty/],
    ['words', () => Buffer.from('{"error":"sorry"}'), /no picture/],
    ['a GIF', () => picture(1200, 800).gif().toBuffer(), /is GIF/],
    [
      'another ratio',
      () => picture(1024, 1024).png().toBuffer(),
      /1024 x 1024 pixels, 1200 x 800 were asked for/,
    ],
    ['too many pixels', () => picture(6000, 4000).png().toBuffer(), /more than 4000000/],
    [
      'one colour',
      () =>
        sharp({ create: { width: 1200, height: 800, channels: 3, background: '#345' } })
          .jpeg()
          .toBuffer(),
      /plain colour/,
    ],
    ['nothing opaque', () => picture(1200, 800).ensureAlpha(0).png().toBuffer(), /plain colour/],
    [
      'a PNG cut short',
      () => damage(picture(1200, 800).png(), (bytes) => bytes.subarray(0, bytes.length >> 1)),
      /damaged/,
    ],
    [
      'a JPEG without its end',
      () => damage(picture(1200, 800).jpeg(), (bytes) => bytes.subarray(0, bytes.length - 400)),
      /damaged/,
    ],
    [
      'a WebP cut short',
      () => damage(picture(1200, 800).webp(), (bytes) => bytes.subarray(0, bytes.length >> 1)),
      /damaged/,
    ],
    [
      'a PNG with flipped bits',
      () =>
        damage(picture(1200, 800).png(), (bytes) =>
          Buffer.from(bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 16)),
        ),
      /damaged/,
    ],
  ] as const)('refuses %s', async (_, answer, message) => {
    const error = await answered(answer());
    expect(error.reason).toBe('answer-unusable');
    expect(error.message).toMatch(message);
  });

  it
    .skipIf(!hasShared)
    .each([
      'bomb-16000x16000.avif',
      'bomb-16000x16000-interlaced-rgba.png',
      'bomb-16000x16000-progressive.jpg',
      'bomb-16000x16000-lossless.webp',
      'bomb-100000x100000-header-only.png',
    ])('refuses %s before it is decoded', async (name) => {
    const error = await answered(sharedBytes(`corpora/hostile/${name}`));
    expect(error.reason).toBe('answer-unusable');
    expect(error.message).toMatch(/pixels, more than|is AVIF/);
  });

  it.skipIf(!hasShared)('takes one colour for a source whose colours sRGB does not tell apart', async () => {
    const { result } = await throughService(sharedBytes('corpora/formats/p3.png'));
    expect(result.facts.profile).toMatch(/P3/);
  });

  it('takes one plain colour for a source that is one, and every type that services make', async () => {
    const plain = await sharp({ create: { width: 900, height: 800, channels: 3, background: '#345' } })
      .png()
      .toBuffer();
    const { result } = await throughService(plain);
    expect(Array.from(result.raster.data.slice(0, 3))).toEqual([0x33, 0x44, 0x55]);
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const { result: taken } = await throughService(await source, {
        answer: (upload) => sharp(upload).toFormat(format).toBuffer(),
      });
      expect([taken.raster.width, taken.raster.height]).toEqual([1200, 800]);
    }
  });

  it('believes the profile that an answer names', async () => {
    const { original, result } = await throughService(await source, {
      answer: (upload) => sharp(upload).withIccProfile('p3').png().toBuffer(),
    });
    for (const at of [300, 90_000, 2_000_001]) {
      expect(
        Math.abs((original.raster.data[at] as number) - (result.raster.data[at] as number)),
      ).toBeLessThanOrEqual(3);
    }
  });
});
