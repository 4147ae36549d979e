// The photographs that the quality of the provider `local` is measured on.
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

const corpus = listPhotos(join(shared, 'corpora/photos'));

/** Pictures of the corpus that are no photographs but rendered. */
export const renderedArt = corpus.filter((path) => /IceCold|wood-l/.test(path));

/** All photographs of the corpus, as they were taken; none if it is not there. */
export const untouchedPhotos = corpus.filter((path) => !renderedArt.includes(path));

/** The example photographs, most with a fault. */
export const examplePhotos = [
  ...listPhotos(join(root, 'examples/photos')),
  ...listPhotos(join(root, 'examples/photos/night')),
];

/** What faults are put on: each scene of the corpus once, without thumbnails, and the examples without a fault. */
export const goodPhotos = [
  ...untouchedPhotos.filter((path) => !/Canon_40D|Nikon_D70|Landscape_[02-8]/.test(path)),
  ...examplePhotos.filter((path) => /rocket-fine|portrait/.test(path)),
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
    .sort()
    .map((name) => join(folder, name));
}
