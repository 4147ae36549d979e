import type { Raster } from '../../images/raster.ts';
import { mergeRow, type Page, splitRow } from './opponent.ts';
import { makeShrinker, noiseFloors } from './shrink.ts';

const size = 8;
const finePixels = 3_000_000;
// How much more than the noise to be expected is taken for noise, so that few of its chance peaks stay. Colour may lose a
// little more than brightness, since the eye misses its detail less.
const brightnessTimes = 1.5;
const colourTimes = 1.7;

/**
 * Takes away noise of deviation `sigmaOf255`, in place: overlapping 8 x 8 blocks are transformed (DCT), each coefficient is
 * shrunk by what its surroundings of 3 x 3 coefficients hold of noise, and all blocks over a pixel are averaged (block
 * transform as Yu and Sapiro, DCT image denoising, IPOL 2011; shrinkage as Chen, Bui and Krzyzak, Image denoising with
 * neighbour dependency, 2005). Colour is handled in three uncorrelated planes; alpha is not touched. Blocks overlap every 2
 * pixels, in large pictures every 4. Pages smaller than a block are left as they are.
 */
export function denoise(raster: Raster, sigmaOf255: number): void {
  const { data, width, height, pages, channels, depth } = raster;
  if (width < size || height < size || sigmaOf255 <= 0) return;
  const step = width * height * pages > finePixels ? 4 : 2;
  const sigma = sigmaOf255 * (depth === 8 ? 1 : 257);
  const length = width * height * channels;
  for (let page = 0; page < pages; page++) {
    const own = data.subarray(page * length, (page + 1) * length);
    denoisePage({ data: own, width, height, channels, max: depth === 8 ? 255 : 65535 }, sigma, step);
  }
}

// Only eight rows of the picture and of the sums are held; a row is written when no later block reaches it.
function denoisePage(page: Page, sigma: number, step: number): void {
  const { width, height, channels } = page;
  const planes = channels < 3 ? 1 : 3;
  const window = Array.from({ length: planes }, () => new Float32Array(size * width));
  const sums = Array.from({ length: planes }, () => new Float32Array(size * width));
  const floors = window.map((_, plane) => noiseFloors(sigma, plane === 0 ? brightnessTimes : colourTimes));
  const columns = starts(width, step);
  const rows = starts(height, step);
  const shrinker = makeShrinker(width, columns);
  const across = coverage(width, columns);
  const down = coverage(height, rows);
  for (let row = 0; row < size; row++) splitRow(page, row, window, row * width);
  rows.forEach((top, index) => {
    window.forEach((plane, p) => {
      shrinker.shrinkRow(plane, sums[p] as Float32Array, 0, floors[p] as Float32Array);
    });
    const next = rows[index + 1] ?? height;
    for (let row = top; row < next; row++) {
      mergeRow(page, row, sums, (row - top) * width, across, down[row] as number);
    }
    if (next === height) return;
    const moved = next - top;
    for (const plane of [...window, ...sums]) plane.copyWithin(0, moved * width);
    for (const plane of sums) plane.fill(0, (size - moved) * width);
    for (let row = next + size - moved; row < next + size; row++)
      splitRow(page, row, window, (row - next) * width);
  });
}

// Where blocks begin along a side: every `step` pixels, and one at the very end.
function starts(length: number, step: number): number[] {
  const last = length - size;
  return [...Array.from({ length: Math.ceil(last / step) }, (_, index) => index * step), last];
}

function coverage(length: number, begins: readonly number[]): Float32Array {
  const counts = new Float32Array(length);
  for (const begin of begins) {
    for (let at = begin; at < begin + size; at++) counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}
