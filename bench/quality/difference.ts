import { deltaE2000, type Lab, labOf } from '../../src/images/drift/delta-e.ts';
import type { Raster } from '../../src/images/raster.ts';

/** Peak signal-to-noise ratio in dB over all channels; infinite for equal pictures. */
export function psnr(one: Raster, other: Raster): number {
  let sum = 0;
  for (let at = 0; at < one.data.length; at++) {
    sum += ((one.data[at] as number) - (other.data[at] as number)) ** 2;
  }
  const max = one.depth === 8 ? 255 : 65535;
  return 10 * Math.log10((max * max) / (sum / one.data.length));
}

/** Mean delta E 2000 of two sRGB pictures of one size, over evenly spread pixels. */
export function meanDeltaE(one: Raster, other: Raster): number {
  const count = one.width * one.height;
  const step = Math.max(1, Math.floor(count / 40_000));
  let sum = 0;
  let seen = 0;
  for (let pixel = 0; pixel < count; pixel += step, seen++) {
    sum += deltaE2000(labAt(one, pixel), labAt(other, pixel));
  }
  return sum / seen;
}

// CIE L*a*b* (D65) of an sRGB pixel.
function labAt({ data, channels }: Raster, pixel: number): Lab {
  const value = (c: number) => data[pixel * channels + (channels < 3 ? 0 : c)] as number;
  return labOf(value(0), value(1), value(2));
}
