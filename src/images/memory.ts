import { decodedPages, type ImageFacts, type TargetFormat } from './facts.ts';
import { type ResultShape, resultSize, takesSource } from './restore/shape.ts';

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

/**
 * Estimated peak memory, in bytes, of making an upload of `uploadPixels`. Beside what decoding takes: 29 bytes a pixel of
 * the upload with a 16-bit profile, measured with 24-megapixel photographs.
 */
export function estimatePrepare(facts: ImageFacts, uploadPixels: number): number {
  const pixels = facts.width * facts.height;
  const raster = rasterBytes(facts);
  const uploading = pixels * raster + uploadPixels * (raster + uploadBytes);
  return Math.round(processBytes + Math.max(pixels * decodeBytes(facts, raster), uploading));
}

/**
 * The same of making the result of an answer of `answerPixels`, without what a background picture takes to be read.
 * Measured with 24-megapixel photographs, as bytes a pixel of the result beyond the process with its file: JPEG 18,
 * with a profile 21, PNG with alpha 19, 16-bit PNG with a profile 27, with alpha 40, AVIF 42, 16-bit AVIF with alpha
 * 98. Beside that, with the source's own pixels in a JPEG: those within edges 6, outside a mask 5.5, a cut-out before a
 * colour 12.
 */
export function estimateRestore(
  facts: ImageFacts,
  targetFormat: TargetFormat,
  answerPixels: number,
  shape: ResultShape,
): number {
  const source = facts.width * facts.height;
  const size = resultSize(facts, shape);
  const pixels = size.width * size.height;
  const alpha = facts.alpha || shape.alpha === 'answer';
  const raster = rasterBytes({ ...facts, alpha, space: 'rgb' });
  const takesOwn = takesSource(shape);
  const taking = answerPixels * 12 + (facts.alpha || takesOwn ? source * decodeBytes(facts, raster) : 0);
  // The small copy that the result is compared with is made first, of the whole picture where a format has no other way.
  const decoding = Math.max(taking, source * decodeBytes(facts, raster));
  const encoding = encodeBytes[targetFormat] * (facts.depth / 8);
  // The source's own pixels beside it, as decoded and without alpha; the background in its size, converted.
  const own = takesOwn ? source * raster * 2 : 0;
  const behind = shape.background ? pixels * raster * 2 : 0;
  const restoring = answerPixels * 4 + pixels * (raster * (alpha ? 4 : 3) + encoding) + own + behind;
  return Math.round(processBytes + Math.max(decoding, restoring));
}

const processBytes = 120e6;

// Scaled, converted, opaque and padded copies of the upload, and its encoder.
const uploadBytes = 34;

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
