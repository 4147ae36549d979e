// What the drift of a result is measured on: upright, in sRGB, whatever the file.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/images/drift/compare.ts';
import { smallSource } from '../../../src/images/drift/small-source.ts';
import { inspect } from '../../../src/images/inspect.ts';
import { toleranceFor } from '../../../src/presets/drift-tolerances.ts';

const limits = { maxPixels: 100e6, svg: true };
const photo = fileURLToPath(new URL('../../../examples/photos/portrait-exif-rotated.jpg', import.meta.url));
const faithful = toleranceFor({ operation: 'upscale' });

async function smallOf(bytes: Buffer, name: string) {
  return smallSource({ bytes, facts: await inspect(bytes, limits, name) }, limits);
}

describe('the small copy of a source', () => {
  it('stands upright', async () => {
    const bytes = readFileSync(photo);
    const upright = await sharp(bytes).autoOrient().png().toBuffer();
    const [one, other] = [await smallOf(bytes, 'a.jpg'), await smallOf(upright, 'a.png')];
    expect([one.width, one.height]).toEqual([other.width, other.height]);
    expect(compare(one, other, faithful).measures).toMatchObject({ unchanged: true });
  });

  it.each([
    ['16-bit grey PNG', (image: Sharp) => image.greyscale().toColourspace('grey16').png(), 'a.png'],
    ['wide gamut', (image: Sharp) => image.withIccProfile('p3').jpeg({ quality: 95 }), 'a.jpg'],
    ['WebP', (image: Sharp) => image.webp({ lossless: true }), 'a.webp'],
  ])('is in sRGB: %s', async (what, encode, name) => {
    const upright = await sharp(readFileSync(photo)).autoOrient().resize(600).png().toBuffer();
    const grey = what.includes('grey') ? await sharp(upright).greyscale().png().toBuffer() : upright;
    const made = await encode(sharp(upright)).toBuffer();
    const { measures } = compare(await smallOf(grey, 'b.png'), await smallOf(made, name), faithful);
    expect(measures.structure).toBeGreaterThan(0.95);
    expect(measures.colour).toBeLessThan(1);
  });
});
