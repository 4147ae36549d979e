import { damaged } from './damage.ts';
import { decode } from './decode.ts';
import type { DecodeLimits, ImageFacts } from './facts.ts';
import { openImage, openRaster } from './open.ts';
import { turn } from './orient.ts';

/**
 * A small picture of a file, upright, in sRGB, without metadata: WebP of at most `edge` pixels a side, its first frame.
 * Throws ItemError `damaged`.
 */
export async function thumbnail(
  bytes: Buffer,
  facts: ImageFacts,
  limits: DecodeLimits,
  { edge, quality }: { readonly edge: number; readonly quality: number },
): Promise<Buffer> {
  // HEIC has a decoder of its own and SVG a clock; the others decode no more of a large picture than a small one needs.
  const image =
    facts.format === 'heic' || facts.format === 'svg'
      ? openRaster((await decode(bytes, facts, limits)).raster)
      : turn(openImage(bytes), facts.orientation);
  return image
    .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .webp({ quality, effort: 3 })
    .toBuffer()
    .catch((error) => {
      throw damaged(error);
    });
}
