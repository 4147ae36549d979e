// A photograph made small as sources are: not by the filter that results are made small by.
import sharp, { type Sharp } from 'sharp';
import { type Small, smallSize } from '../../src/images/drift/small.ts';
import type { Raster } from '../../src/images/raster.ts';

export async function smallOf(one: Raster): Promise<Small> {
  const size = smallSize(one);
  const data = await open(one)
    .resize({ ...size, fit: 'fill' })
    .raw()
    .toBuffer();
  return { ...size, rgb: new Uint8Array(data) };
}

/** Its pixels, of three channels. */
export function open({ data, width, height }: Raster): Sharp {
  return sharp(data as Uint8Array, { raw: { width, height, channels: 3 } });
}
