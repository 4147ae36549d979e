import { ItemError } from '../../errors.ts';
import type { Upload } from '../../providers/enhance.ts';
import type { Size } from '../../providers/model.ts';
import { decode } from '../decode.ts';
import type { DecodeLimits } from '../facts.ts';
import { inspect } from '../inspect.ts';
import type { Raster } from '../raster.ts';
import { readWhole } from '../read-whole.ts';
import { encodePng } from './encode-upload.ts';
import type { Fit } from './fit-size.ts';

/** How a service reads a mask: `alpha`: alpha 0 may change; `white`: white may change, black stays. */
export type MaskStyle = 'alpha' | 'white';

// What services take.
const maxMaskBytes = 4e6;
const maxMaskFileBytes = 64 * 2 ** 20;

/** Reads the user's own mask file. Throws ItemError `mask-unusable`. */
export async function readMask(path: string): Promise<Buffer> {
  return asMaskError(async () => (await readWhole(path, maxMaskFileBytes)).bytes);
}

/**
 * A mask in the size of the upload. `bytes` is a PNG, WebP or JPEG file of the source's ratio, of any size: what is
 * transparent may change, or, where nothing in it is transparent, what is white. Padding stays. Throws ItemError
 * `mask-unusable`.
 */
export async function prepareMask(
  bytes: Buffer,
  style: MaskStyle,
  source: Size,
  fit: Fit,
  limits: DecodeLimits,
): Promise<Upload> {
  const raster = await readFor(bytes, source, limits);
  const scaled = scaleNearest(changeable(raster), raster, fit);
  if (!scaled.includes(1)) {
    throw unusable(
      'the mask lets nothing change',
      'make transparent (or, without transparency, white) what may change',
    );
  }
  const png = await encodePng(style === 'alpha' ? asAlpha(scaled, fit) : asWhite(scaled, fit));
  if (png.length >= maxMaskBytes) {
    throw unusable('the mask is too detailed: it takes 4 MB and more', 'draw it with plainer edges');
  }
  return { bytes: png, type: 'image/png', width: fit.width, height: fit.height };
}

/** 1 for each pixel of a picture of this size that may change, else 0. Throws ItemError `mask-unusable`. */
export async function maskAt(bytes: Buffer, size: Size, limits: DecodeLimits): Promise<Uint8Array> {
  const raster = await readFor(bytes, size, limits);
  const content = { left: 0, top: 0, width: size.width, height: size.height };
  return scaleNearest(changeable(raster), raster, { width: size.width, height: size.height, content });
}

async function readFor(bytes: Buffer, source: Size, limits: DecodeLimits): Promise<Raster> {
  const raster = await decodeMask(bytes, limits);
  if (isSameRatio(raster, source)) return raster;
  throw unusable(
    `the mask has ${raster.width} x ${raster.height} pixels, the picture ${source.width} x ${source.height}`,
    'make the mask in the size of the picture as it is shown',
  );
}

async function decodeMask(bytes: Buffer, limits: DecodeLimits): Promise<Raster> {
  return asMaskError(async () => {
    const facts = await inspect(bytes, limits);
    if (!['png', 'jpeg', 'webp'].includes(facts.format)) {
      throw unusable(`the mask is ${facts.format.toUpperCase()}`, 'save it as PNG, WebP or JPEG');
    }
    return (await decode(bytes, facts, limits)).raster;
  });
}

// Whatever is wrong with the mask is not the picture's fault.
async function asMaskError<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ItemError) || error.reason === 'mask-unusable') throw error;
    throw unusable(
      `the mask: ${error.message}`,
      error.hint ?? 'name a PNG, WebP or JPEG file of the size of the picture',
      error,
    );
  }
}

function unusable(message: string, hint: string, cause?: unknown): ItemError {
  return new ItemError('mask-unusable', message, cause === undefined ? { hint } : { hint, cause });
}

// The same to a pixel, or to one part in a hundred.
function isSameRatio(mask: Size, source: Size): boolean {
  const expected = (mask.width * source.height) / source.width;
  return Math.abs(mask.height - expected) <= Math.max(1, expected / 100);
}

// 1 for each pixel that may change.
function changeable({ data, channels, depth }: Raster): Uint8Array {
  const half = depth === 8 ? 127.5 : 32_767.5;
  const opaque = depth === 8 ? 255 : 65_535;
  const pixels = data.length / channels;
  const colours = channels < 3 ? 1 : 3;
  let hasHoles = false;
  if (channels > colours) {
    for (let at = colours; at < data.length && !hasHoles; at += channels) hasHoles = data[at] !== opaque;
  }
  return Uint8Array.from({ length: pixels }, (_, pixel) => {
    const at = pixel * channels;
    if (hasHoles) return (data[at + colours] as number) < half ? 1 : 0;
    return (data[at + (colours === 3 ? 1 : 0)] as number) > half ? 1 : 0;
  });
}

function scaleNearest(mask: Uint8Array, { width, height }: Size, fit: Fit): Uint8Array {
  const { left, top, width: across, height: down } = fit.content;
  const scaled = new Uint8Array(fit.width * fit.height);
  for (let y = 0; y < down; y++) {
    const row = Math.floor(((y + 0.5) * height) / down) * width;
    for (let x = 0; x < across; x++) {
      const column = Math.floor(((x + 0.5) * width) / across);
      scaled[(top + y) * fit.width + left + x] = mask[row + column] as number;
    }
  }
  return scaled;
}

function asAlpha(mask: Uint8Array, { width, height }: Size): Raster {
  const data = new Uint8Array(mask.length * 4);
  for (let pixel = 0; pixel < mask.length; pixel++) data[pixel * 4 + 3] = mask[pixel] === 1 ? 0 : 255;
  return { data, width, height, pages: 1, channels: 4, depth: 8 };
}

function asWhite(mask: Uint8Array, { width, height }: Size): Raster {
  return { data: mask.map((value) => value * 255), width, height, pages: 1, channels: 1, depth: 8 };
}
