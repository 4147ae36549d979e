import sharp from 'sharp';
import { expect, it } from 'vitest';
import { legitimate, small } from '../../../bench/drift/edits.ts';
import { open, smallOf } from '../../../bench/drift/small-of.ts';
import { examplePhotos, loadPhoto } from '../../../bench/quality/photos.ts';
import { isSame } from '../../../src/images/drift/same.ts';
import { type Small, shrink, smallSize } from '../../../src/images/drift/small.ts';
import type { Raster } from '../../../src/images/raster.ts';

const photos = await Promise.all(
  examplePhotos
    .filter((path) => /coffee|cat/.test(path))
    .map(async (path) => (await loadPhoto(path, 512)).raster),
);

async function returned(one: Raster, share: number, as: 'png' | 'jpeg'): Promise<Raster> {
  const { width, height } = one;
  const sent = { width: Math.round(width * share), height: Math.round(height * share), fit: 'fill' } as const;
  const image = open(one).resize(sent);
  const upload = await (as === 'png' ? image.png() : image.jpeg({ quality: 85 })).toBuffer();
  const data = await sharp(upload).resize({ width, height, fit: 'fill' }).raw().toBuffer();
  return { ...one, data: new Uint8Array(data) };
}

it.each([
  [1, 'png'],
  [0.8, 'jpeg'],
  [0.7, 'jpeg'],
] as const)('what comes back at %d of its size as %s is the picture', async (share, as) => {
  expect(photos).toHaveLength(2);
  for (const one of photos) {
    const after = shrink(await returned(one, share, as), smallSize(one));
    expect(isSame(await smallOf(one), after)).toBe(true);
  }
});

const edits = [...legitimate, ...small].filter(({ name }) =>
  /exposure|gamma|contrast|balance|saturation|scaled|shifted|repainted|2 % from|garbled|grey/.test(name),
);

it.each(edits.map((edit) => [edit.name, edit] as const))('what is edited is another: %s', async (_, edit) => {
  const [one, other] = photos as [Raster, Raster];
  const after = shrink(await edit.make(one, other), smallSize(one));
  expect(isSame(await smallOf(one), after)).toBe(false);
});

it('is asked of what may change alone', () => {
  const grey: Small = { width: 16, height: 8, rgb: new Uint8Array(384).fill(100) };
  const half = { ...grey, rgb: grey.rgb.map((value, at) => ((at / 3) % 16 < 8 ? 200 : value)) };
  const mask = Float32Array.from({ length: 128 }, (_, at) => (at % 16 < 8 ? 0 : 1));
  expect(isSame(grey, half)).toBe(false);
  expect(isSame(grey, half, mask)).toBe(true);
  expect(isSame(grey, half, mask.fill(0))).toBe(false);
});
