// The photographs that the quality of the provider `local` is measured on, decoded to at most 1200 pixels.
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Raster } from '../../src/images/raster.ts';

export interface Photo {
  readonly name: string;
  readonly raster: Raster;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const shared = resolve(root, process.env.IMGSYS_SHARED ?? '../shared');

/** Photographs without a fault: the corpus, without thumbnails and repeated scenes; none if it is not there. */
export const goodPhotos = listPhotos(join(shared, 'corpora/photos')).filter(
  (path) => !/Canon|Nikon|Landscape_[02-8]|DSCN001/.test(path),
);

/** The example photographs, most with a fault. */
export const examplePhotos = [
  ...listPhotos(join(root, 'examples/photos')),
  ...listPhotos(join(root, 'examples/photos/night')),
];

/** Decodes a picture upright, to 8-bit RGB, at most `longSide` pixels. */
export async function loadPhoto(path: string, longSide = 1200): Promise<Photo> {
  const { data, info } = await sharp(path)
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha()
    .resize(longSide, longSide, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raster: Raster = {
    data: new Uint8Array(data),
    width: info.width,
    height: info.height,
    pages: 1,
    channels: info.channels as 1 | 3,
    depth: 8,
  };
  return { name: basename(path), raster };
}

function listPhotos(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.(jpg|png|webp|avif)$/.test(name))
    .map((name) => join(folder, name));
}
