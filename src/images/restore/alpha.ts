import { resample } from '../../lanczos.ts';
import type { Size } from '../../providers/model.ts';
import type { Raster } from '../raster.ts';
import type { ResultShape } from './shape.ts';

/** One value a pixel. */
export type Alpha = Raster['data'];

/**
 * The alpha of the result, in its size and depth: the source's own, to the bit where nothing is scaled; where the answer
 * brings one (`answer` has the size and depth of the result), what both show. Beyond the source its last pixels go on.
 * Undefined where both are opaque.
 */
export function takeAlpha(answer: Raster, source: Raster | undefined, shape: ResultShape): Alpha | undefined {
  if (shape.alpha === 'opaque') return undefined;
  const own = source && reach(source, answer, shape);
  const made = channelOf(answer);
  if (own === undefined || made === undefined) return own ?? made;
  const max = answer.depth === 8 ? 255 : 65_535;
  return own.map((value, pixel) => Math.round((value * (made[pixel] as number)) / max));
}

// The source's alpha over the whole result.
function reach(source: Raster, { width, height }: Size, { edges, scale }: ResultShape): Alpha | undefined {
  const own = channelOf(source);
  if (own === undefined) return undefined;
  if (scale !== 1) {
    const single: Raster = { ...source, data: own, channels: 1 };
    return resample(single, { width, height }).data;
  }
  if (edges === undefined) return own;
  const data = source.depth === 8 ? new Uint8Array(width * height) : new Uint16Array(width * height);
  const within = (at: number, length: number) => Math.max(0, Math.min(length - 1, at));
  for (let y = 0; y < height; y++) {
    const row = within(y - edges.top, source.height) * source.width;
    for (let x = 0; x < width; x++) {
      data[y * width + x] = own[row + within(x - edges.left, source.width)] as number;
    }
  }
  return data;
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

/** The alpha of a raster; undefined without one. */
export function channelOf({ data, channels, depth }: Raster): Alpha | undefined {
  if (channels % 2 === 1) return undefined;
  const pixels = data.length / channels;
  const alpha = depth === 8 ? new Uint8Array(pixels) : new Uint16Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) alpha[pixel] = data[pixel * channels + channels - 1] as number;
  return alpha;
}
