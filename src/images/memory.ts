import { decodedPages, type ImageFacts, type TargetFormat } from './facts.ts';

/**
 * Estimated peak memory (resident set of a process with nothing else in it), in bytes, of decoding, enhancing and
 * encoding a picture, rounded up. `scale` is the enlargement of each side. Measured with 24-megapixel photographs
 * (HEIC: 12), one process each, as bytes a pixel beyond the 110 MB of the process with its file:
 *
 * | decoding       | B/px | encoding beside two RGB rasters | B/px |
 * | -------------- | ---- | ------------------------------- | ---- |
 * | JPEG           |  3.5 | JPEG 4:4:4                      | 12.9 |
 * | progressive    |  6.5 | PNG, 8 and 16 bits              |  2.5, 6 |
 * | PNG            |  3.5 | WebP, without and with alpha    | 16.2, 17.5 |
 * | interlaced PNG |  6.1 | AVIF, 8 and 10 bits             | 37.7, 56.5 |
 * | 16-bit PNG     |  6.9 | TIFF                            |  2.0 |
 * | WebP           | 10.5 | GIF                             | 12.7 |
 * | AVIF 8, 10 bit | 18.6, 24.9 |                           |      |
 * | HEIC           | 10.8 |                                 |      |
 */
export function estimateMemory(facts: ImageFacts, targetFormat: TargetFormat, scale: number): number {
  const pixels = facts.width * facts.height * decodedPages(facts);
  const grown = pixels * scale * scale;
  const raster = rasterBytes(facts);
  const decoding = pixels * decodeBytes(facts, raster);
  const enhancing =
    pixels * raster + grown * (raster + Math.max(passBytes, encodeBytes[targetFormat] * (facts.depth / 8)));
  return Math.round(processBytes + Math.max(decoding, enhancing));
}

const processBytes = 120e6;

// Planes and strips the local passes work on, a pixel of the result.
const passBytes = 12;

// A 16-bit raster doubles these, which is more than it takes.
const encodeBytes: Readonly<Record<TargetFormat, number>> = {
  jpeg: 14,
  png: 4,
  webp: 19,
  avif: 40,
  tiff: 4,
  gif: 14,
};

function rasterBytes({ space, alpha, depth }: ImageFacts): number {
  const colours = space === 'grey' ? 1 : 3;
  return ((colours + (alpha ? 1 : 0)) * depth) / 8;
}

function decodeBytes(facts: ImageFacts, raster: number): number {
  switch (facts.format) {
    case 'jpeg':
      return 11;
    case 'webp':
      return facts.alpha ? 14 : 12;
    case 'avif':
      return (facts.depth === 16 ? 26 : 20) + (facts.alpha ? 6 : 0);
    case 'heic':
      return facts.alpha ? 16 : 12;
    case 'png':
    case 'tiff':
      return 2 * raster + 6;
    case 'gif':
    case 'svg':
      return 12;
  }
}
