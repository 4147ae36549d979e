import type { Sharp } from 'sharp';
import { openRaster } from './open.ts';
import type { Raster } from './raster.ts';

/**
 * Turns what the decoder gives upright for an EXIF orientation of 1 to 8. The decoder mirrors first and rotates (clockwise)
 * after it, whatever the order of the calls.
 */
export function turn(image: Sharp, orientation: number): Sharp {
  const degrees = { 3: 180, 5: 270, 6: 90, 7: 90, 8: 270 }[orientation] ?? 0;
  const turned = degrees === 0 ? image : image.rotate(degrees);
  if (orientation === 4) return turned.flip();
  return [2, 5, 7].includes(orientation) ? turned.flop() : turned;
}

/** Turns every page of an animation, which the decoder cannot do by itself. */
export async function turnPages(raster: Raster, orientation: number): Promise<Raster> {
  const { width, height, pages, channels, depth } = raster;
  const size = width * height * channels;
  const turned = raster.data.slice();
  for (let page = 0; page < pages; page++) {
    const data = raster.data.subarray(page * size, (page + 1) * size);
    const { buffer, byteOffset } = await turn(openRaster({ ...raster, data, pages: 1 }), orientation)
      .raw({ depth: depth === 8 ? 'uchar' : 'ushort' })
      .toBuffer();
    turned.set(
      depth === 8 ? new Uint8Array(buffer, byteOffset, size) : new Uint16Array(buffer, byteOffset, size),
      page * size,
    );
  }
  const sides = orientation >= 5 ? { width: height, height: width } : { width, height };
  return { data: turned, ...sides, pages, channels, depth };
}
