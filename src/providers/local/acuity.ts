import type { Raster } from '../../images/raster.ts';
import { placeBlocks, readBlock, type Weights } from './blocks.ts';
import { blueWeight, greenWeight, redWeight } from './statistics.ts';

const luma: Weights = [redWeight, greenWeight, blueWeight];
const blocks = 4096;
const strongest = 0.1;

/**
 * How crisp the strongest edges are: energy of the differences between neighbours over the energy of the differences
 * between pixels four apart, in the tenth of 8 x 8 blocks with the most structure, less what `noiseSigma` (0 to 255)
 * adds to both. Hard steps give 0.15 and more, edges smeared over four pixels about 0.05; undefined without clear edges.
 */
export function measureAcuity(raster: Raster, noiseSigma: number): number | undefined {
  const block = new Float32Array(64);
  const found: { near: number; far: number }[] = [];
  for (const place of placeBlocks(raster, blocks)) {
    if (readBlock(raster, place, luma, block)) found.push(energies(block));
  }
  found.sort((a, b) => b.far - a.far);
  const taken = found.slice(0, Math.ceil(found.length * strongest));
  // The difference of two noisy pixels has twice the variance of one.
  const floor = 2 * noiseSigma * noiseSigma;
  const near = mean(taken.map((energy) => energy.near)) - floor;
  const far = mean(taken.map((energy) => energy.far)) - floor;
  if (taken.length === 0 || far < 64) return undefined;
  return Math.max(0, near) / far;
}

// Mean squared differences along rows and columns of a block.
function energies(block: Float32Array): { near: number; far: number } {
  let near = 0;
  let far = 0;
  for (let a = 0; a < 8; a++) {
    for (let b = 0; b < 7; b++) {
      near += squaredDifference(block, a * 8 + b, a * 8 + b + 1);
      near += squaredDifference(block, b * 8 + a, (b + 1) * 8 + a);
    }
    for (let b = 0; b < 4; b++) {
      far += squaredDifference(block, a * 8 + b, a * 8 + b + 4);
      far += squaredDifference(block, b * 8 + a, (b + 4) * 8 + a);
    }
  }
  return { near: near / 112, far: far / 64 };
}

function squaredDifference(block: Float32Array, first: number, second: number): number {
  const difference = (block[first] as number) - (block[second] as number);
  return difference * difference;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
