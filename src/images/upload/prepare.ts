import { ItemError } from '../../errors.ts';
import { resample } from '../../lanczos.ts';
import type { Upload } from '../../providers/enhance.ts';
import type { SizeRule } from '../../providers/model.ts';
import { decode } from '../decode.ts';
import { type DecodeLimits, decodedPages, type ImageFacts, type ImageWarning } from '../facts.ts';
import { convertToSrgb, reduceDepth } from '../fit.ts';
import { isLosslessWebp } from '../metadata/webp.ts';
import { readHeader } from '../open.ts';
import { ownProfile } from '../own-profile.ts';
import type { Raster } from '../raster.ts';
import { svgText } from '../svg.ts';
import { encodeUpload, type UploadWish } from './encode-upload.ts';
import { type Fit, fitSize } from './fit-size.ts';
import { type MaskStyle, prepareMask } from './mask.ts';
import { pad } from './pad.ts';
import { spreadColours } from './spread-colours.ts';

export interface PrepareOptions {
  readonly limits: DecodeLimits;
  readonly rule: SizeRule;
  /** Most pixels of the upload; the model's usual number if left out. */
  readonly maxPixels?: number;
  readonly maxUploadBytes: number;
  readonly type: UploadWish['type'];
}

export interface Prepared {
  readonly upload: Upload;
  /** Of the same size as the upload. */
  readonly mask?: Upload;
  readonly fit: Fit;
  /** What of the source will not be in the result. */
  readonly warnings: readonly ImageWarning[];
}

/**
 * What is sent of a picture: the whole of it, upright, in sRGB of 8 bits without alpha, in a legal size, padded with its
 * own edges, and nothing but pixels. Throws ItemError: what decoding throws, `unsupported-format` for animations,
 * `mask-unusable`, `too-large`.
 */
export async function prepareUpload(
  source: { readonly bytes: Buffer; readonly facts: ImageFacts },
  mask: { readonly bytes: Buffer; readonly style: MaskStyle } | undefined,
  options: PrepareOptions,
): Promise<Prepared> {
  const { bytes, facts } = source;
  refuseAnimated(facts);
  const { raster, warnings } = await decode(bytes, facts, options.limits);
  const fit = fitSize(raster, options.rule, options.maxPixels);
  const preparedMask = mask && (await prepareMask(mask.bytes, mask.style, raster, fit, options.limits));
  // Scaled first: there are fewer pixels to convert, and the depth of the source is still there while they are mixed.
  const scaled: Raster = { ...raster, ...resample(raster, sizeOf(fit.content)) };
  const pixels = pad(await toOpaqueSrgb(scaled, source), fit);
  // Services that take masks want both files in the same format.
  const type = options.type === 'auto' && mask !== undefined ? 'image/png' : options.type;
  const wish = { type, lossless: isLossless(source), maxBytes: options.maxUploadBytes };
  const upload = await encodeUpload(pixels, wish);
  return { upload, ...(preparedMask && { mask: preparedMask }), fit, warnings };
}

function refuseAnimated(facts: ImageFacts): void {
  if (!facts.animated && decodedPages(facts) === 1) return;
  throw new ItemError('unsupported-format', 'is animated, and services take single pictures only', {
    hint: 'enhance it with --provider local, which keeps all its frames',
  });
}

function sizeOf({ width, height }: Fit['content']) {
  return { width, height };
}

/** A decoded picture as services see it: 8 bits of sRGB without alpha, what is transparent in the colours beside it. */
export async function toOpaqueSrgb(
  raster: Raster,
  { bytes, facts }: { bytes: Buffer; facts: ImageFacts },
): Promise<Raster> {
  const header = await readHeader(facts.format === 'svg' ? svgText(bytes) : bytes);
  const icc = ownProfile(facts, header);
  const srgb = icc === undefined ? reduceDepth(raster) : await convertToSrgb(raster, icc);
  const rgb = srgb.channels < 3 ? greyToRgb(srgb) : srgb;
  return rgb.channels === 4 ? spreadColours(rgb) : rgb;
}

function greyToRgb(raster: Raster): Raster {
  const { data, channels } = raster;
  const pixels = data.length / channels;
  const wide = channels === 1 ? 3 : 4;
  const rgb = new Uint8Array(pixels * wide);
  for (let pixel = 0; pixel < pixels; pixel++) {
    rgb.fill(data[pixel * channels] as number, pixel * wide, pixel * wide + 3);
    if (wide === 4) rgb[pixel * wide + 3] = data[pixel * channels + 1] as number;
  }
  return { ...raster, data: rgb, channels: wide };
}

function isLossless({ bytes, facts }: { bytes: Buffer; facts: ImageFacts }): boolean {
  return (
    ['png', 'gif', 'tiff', 'svg'].includes(facts.format) || (facts.format === 'webp' && isLosslessWebp(bytes))
  );
}
