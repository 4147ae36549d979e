// What the tests of this folder share: pictures decoded in one go, and pictures made on the spot.
import sharp from 'sharp';
import { ItemError } from '../../src/errors.ts';
import { decode } from '../../src/images/decode.ts';
import { type EncodeOptions, encode } from '../../src/images/encode.ts';
import type { DecodeLimits } from '../../src/images/facts.ts';
import { inspect } from '../../src/images/inspect.ts';
import type { Raster } from '../../src/images/raster.ts';

export const limits: DecodeLimits = { maxPixels: 100_000_000, svg: false };

export async function open(bytes: Buffer, fileName?: string, within: DecodeLimits = limits) {
  const facts = await inspect(bytes, within, fileName);
  return { bytes, facts, ...(await decode(bytes, facts, within)) };
}

/** Decodes and encodes again without touching the pixels; `raster` and `facts` are those of the result. */
export async function roundTrip(
  bytes: Buffer,
  options: Partial<EncodeOptions> & Pick<EncodeOptions, 'format'>,
) {
  const source = await open(bytes);
  const encoded = await encode(source.raster, source, {
    quality: 92,
    metadata: 'keep',
    gps: 'keep',
    ...options,
  });
  const result = await open(encoded.bytes);
  return { source, result, bytes: encoded.bytes, warnings: [...source.warnings, ...encoded.warnings] };
}

export function codes(warnings: readonly { readonly code: string }[]): string[] {
  return warnings.map(({ code }) => code);
}

/** The error a picture ends with; fails for any other error and for none. */
export async function refusal(work: Promise<unknown>): Promise<ItemError> {
  const error = await work.then(
    () => new Error('not refused'),
    (reason) => reason,
  );
  if (error instanceof ItemError) return error;
  throw error;
}

/** Mean absolute difference of two rasters' values, in steps of 8 bits. */
export function meanDifference(a: Raster, b: Raster): number {
  if (a.data.length !== b.data.length) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let at = 0; at < a.data.length; at++) sum += Math.abs((a.data[at] ?? 0) - (b.data[at] ?? 0));
  return sum / a.data.length / (a.depth === 16 ? 257 : 1);
}

/** A picture with a different colour in each corner, so that every turn and mirror shows. */
export function corners(width = 48, height = 32) {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      data[at] = Math.round((x / (width - 1)) * 255);
      data[at + 1] = Math.round((y / (height - 1)) * 255);
      data[at + 2] = x < width / 2 && y < height / 2 ? 200 : 40;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}
