import { damaged } from '../damage.ts';
import { decode } from '../decode.ts';
import type { DecodeLimits, ImageFacts } from '../facts.ts';
import { openImage } from '../open.ts';
import { turn } from '../orient.ts';
import { toOpaqueSrgb } from '../upload/prepare.ts';
import { type Small, shrink, smallSize } from './small.ts';

/**
 * The small copy of a picture file, upright, in sRGB. Of JPEG and WebP no more is decoded than it takes; 30 to 60 ms for 12
 * megapixels of JPEG. Throws ItemError `damaged`.
 */
export async function smallSource(
  source: { readonly bytes: Buffer; readonly facts: ImageFacts },
  limits: DecodeLimits,
): Promise<Small> {
  const { bytes, facts } = source;
  const size = smallSize(facts);
  // HEIC has a decoder of its own, and SVG a clock.
  if (facts.format === 'heic' || facts.format === 'svg') {
    const small = shrink((await decode(bytes, facts, limits)).raster, size);
    const raster = { ...size, data: small.rgb, pages: 1, channels: 3, depth: 8 } as const;
    const { data } = await toOpaqueSrgb(raster, source);
    return { ...small, rgb: data as Uint8Array };
  }
  const { data, info } = await turn(openImage(bytes), facts.orientation)
    .resize({ ...size, fit: 'fill' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error) => {
      throw damaged(error);
    });
  const channels = info.channels as 1 | 2 | 3 | 4;
  return shrink({ data, width: info.width, height: info.height, pages: 1, channels, depth: 8 }, size);
}
