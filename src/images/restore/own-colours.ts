import type { ImageFacts, ImageWarning } from '../facts.ts';
import { convertToSrgb } from '../fit.ts';
import { convertFromSrgb } from '../own-profile.ts';
import type { Raster } from '../raster.ts';
import { toGreyIfGrey } from './grey.ts';

/** Grey or RGB without alpha, in the source's own profile or in sRGB. */
export interface Coloured {
  readonly raster: Raster;
  readonly isSrgb: boolean;
}

/**
 * Pixels in sRGB as the source has them: in its own profile, grey where it is grey, unless they have colours now. With
 * `staysGrey` those are dropped. `icc` is the source's own profile.
 */
export async function inOwnColours(
  raster: Raster,
  { space }: ImageFacts,
  icc: Buffer | undefined,
  { staysGrey, warnings }: { staysGrey: boolean; warnings: ImageWarning[] },
): Promise<Coloured> {
  const rgb = withoutAlpha(raster);
  const fitting = space === 'grey' ? toGreyIfGrey(rgb, staysGrey) : rgb;
  if (space === 'grey' && fitting.channels === 3) {
    warnings.push({ code: 'colour-added', message: 'was grey and has colours now' });
    return { raster: fitting, isSrgb: true };
  }
  const converted = icc && (await convertFromSrgb(fitting, icc));
  if (icc && converted === undefined) {
    const message = 'its colour profile can only be read: the result is in sRGB';
    warnings.push({ code: 'converted-to-srgb', message });
    return { raster: fitting, isSrgb: true };
  }
  return { raster: converted ?? fitting, isSrgb: false };
}

/** The source's own pixels, as decoded, to be put beside those of `made`: to the bit, unless that is in sRGB. */
export async function ownPixels(original: Raster, made: Coloured, icc: Buffer | undefined): Promise<Raster> {
  const own = withoutAlpha(original);
  return made.isSrgb ? inSrgb(own, icc, made.raster) : own;
}

/** Grey or RGB in sRGB, in the depth and with the channels of `like`. */
export async function inSrgb(
  own: Raster,
  icc: Buffer | undefined,
  like: Pick<Raster, 'channels' | 'depth'>,
): Promise<Raster> {
  const srgb = icc === undefined ? own : await convertToSrgb(own, icc);
  const { data, width, height, depth } = srgb;
  const pixels = width * height;
  const gain = like.depth === depth ? 1 : like.depth === 16 ? 257 : 1 / 257;
  if (gain === 1 && like.channels === srgb.channels) return srgb;
  const { channels } = like;
  const made = like.depth === 8 ? new Uint8Array(pixels * channels) : new Uint16Array(pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let c = 0; c < channels; c++) {
      const from = pixel * srgb.channels + Math.min(c, srgb.channels - 1);
      made[pixel * channels + c] = Math.round((data[from] as number) * gain);
    }
  }
  return { ...srgb, data: made, channels, depth: like.depth };
}

function withoutAlpha(raster: Raster): Raster {
  const { data, channels, depth } = raster;
  if (channels % 2 === 1) return raster;
  const colours = channels === 2 ? 1 : 3;
  const pixels = data.length / channels;
  const bare = depth === 8 ? new Uint8Array(pixels * colours) : new Uint16Array(pixels * colours);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let c = 0; c < colours; c++) bare[pixel * colours + c] = data[pixel * channels + c] as number;
  }
  return { ...raster, data: bare, channels: colours };
}
