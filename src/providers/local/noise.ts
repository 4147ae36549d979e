import type { Raster } from '../../images/raster.ts';
import { placeBlocks, readBlock, type Weights } from './blocks.ts';
import { forwardDct } from './dct.ts';

// The plane in which most of the noise of three channels lies; noise that differs by channel keeps its deviation in it.
const third = Math.sqrt(1 / 3);
const brightness: Weights = [third, third, third];
const mostBlocks = 4096;
// Fewer blocks (128 x 128 pixels) are all texture where a picture was made small: fur in a thumbnail reads as noise.
const fewestBlocks = 256;
const quiet = 0.15;
const quietest = 0.05;
// A normal distribution has half of its values within 0.6745 deviations.
const medianToSigma = 1 / 0.6745;
// The 15th percentile of the medians of 28 normal values lies below their middle by this much; of the 12 in the
// middle band less, since JPEG also keeps texture there.
const highToMiddle = 1.17;
const midToMiddle = 1.1;
// The 5th percentile lies lower still, by 1.4; as much again as a quarter is allowed for, since noise differs a little
// from dark to bright. Where it is much lower, what the other blocks hold is texture.
const quietestToMost = 1.75;

// What JPEG leaves of noise: high frequencies are gone in many blocks, the middle ones alike in nearly all. Foliage that
// fills the picture comes close, but is stronger than any noise that is worth its name.
const erasedBelow = 2;
const compressedAbove = 7;
const compressedBelow = 30;
const alikeAbove = 0.63;

/**
 * Standard deviation of the noise of a channel, on the scale 0 to 255, without knowing the picture (for noise that is
 * alike in all channels, 1.7 times as much: what `denoise` has to reach): the 15th percentile, over 8 x 8 blocks, of
 * the median of the high-frequency DCT coefficients, limited by their 5th. Texture fills some blocks, noise fills all.
 * Where a JPEG encoder has erased those frequencies, the middle ones are asked, and believed only if the 15th percentile is
 * close to the middle one. 0 if the picture is too small.
 */
export function estimateNoise(raster: Raster): number {
  const block = new Float32Array(64);
  const high: number[] = [];
  const mid: number[] = [];
  for (const place of placeBlocks(raster, mostBlocks)) {
    if (!readBlock(raster, place, brightness, block)) continue;
    forwardDct(block);
    high.push(medianSize(block, 8, 14));
    mid.push(medianSize(block, 2, 4));
  }
  if (high.length < fewestBlocks) return 0;
  const plain =
    medianToSigma *
    Math.min(percentile(high, quiet) * highToMiddle, percentile(high, quietest) * quietestToMost);
  const quietMid = percentile(mid, quiet);
  const compressed = quietMid * medianToSigma * midToMiddle;
  if (plain > erasedBelow || compressed < compressedAbove || compressed > compressedBelow) return plain;
  return quietMid > alikeAbove * percentile(mid, 0.5) ? compressed : plain;
}

// Median absolute value of the coefficients whose two frequencies add up to `from` .. `to`.
function medianSize(block: Float32Array, from: number, to: number): number {
  const sizes: number[] = [];
  for (let v = 0; v < 8; v++) {
    for (let u = 0; u < 8; u++) {
      if (u + v >= from && u + v <= to) sizes.push(Math.abs(block[v * 8 + u] as number));
    }
  }
  return percentile(sizes, 0.5);
}

function percentile(values: number[], share: number): number {
  const sorted = Float32Array.from(values).sort();
  return sorted[Math.floor(sorted.length * share)] as number;
}
