import type { Raster } from '../raster.ts';

/** One value a pixel. */
export type Alpha = Raster['data'];

/**
 * The alpha of the result: the source's own, untouched; where the answer brings one (in the same size and depth), what
 * both show. Undefined where both are opaque.
 */
export function takeAlpha(answer: Raster, source: Raster | undefined): Alpha | undefined {
  const own = source && channelOf(source);
  const made = channelOf(answer);
  if (own === undefined || made === undefined) return own ?? made;
  const max = answer.depth === 8 ? 255 : 65_535;
  return own.map((value, pixel) => Math.round((value * (made[pixel] as number)) / max));
}

/** A grey or RGB raster with this alpha. */
export function withAlpha(raster: Raster, alpha: Alpha | undefined): Raster {
  if (alpha === undefined) return raster;
  const { data, channels, depth } = raster;
  const wide = channels === 1 ? 2 : 4;
  const joined = depth === 8 ? new Uint8Array(alpha.length * wide) : new Uint16Array(alpha.length * wide);
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    for (let c = 0; c < channels; c++) joined[pixel * wide + c] = data[pixel * channels + c] as number;
    joined[pixel * wide + channels] = alpha[pixel] as number;
  }
  return { ...raster, data: joined, channels: wide };
}

function channelOf({ data, channels, depth }: Raster): Alpha | undefined {
  if (channels % 2 === 1) return undefined;
  const pixels = data.length / channels;
  const alpha = depth === 8 ? new Uint8Array(pixels) : new Uint16Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) alpha[pixel] = data[pixel * channels + channels - 1] as number;
  return alpha;
}
