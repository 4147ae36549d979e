import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { damaged } from './damage.ts';
import type { Raster } from './raster.ts';

// A process works on one picture after another: what libvips would keep of the last is only in the way.
sharp.cache(false);

/**
 * A decoder for a whole file in memory (never a path: a path would let SVG read its neighbours). Benign damage is
 * tolerated, missing data is not. Limits are checked by the caller, who has the facts.
 */
export function openImage(bytes: Buffer, options: SharpOptions = {}): Sharp {
  return sharp(bytes, { failOn: 'error', limitInputPixels: false, ...options });
}

/** The header of a file as the decoder sees it. Throws ItemError `damaged` where it cannot be made out. */
export async function readHeader(bytes: Buffer, options: SharpOptions = {}): Promise<Metadata> {
  try {
    return await openImage(bytes, options).metadata();
  } catch (error) {
    throw damaged(error);
  }
}

/** A raster as the decoder's input: for encoding it, or for working on it with the decoder's own operations. */
export function openRaster(raster: Raster): Sharp {
  const { data, width, height, pages, channels } = raster;
  const raw = { width, height: height * pages, channels, ...(pages > 1 && { pageHeight: height }) };
  return sharp(data, { raw, limitInputPixels: false });
}
