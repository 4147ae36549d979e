import type { Raster } from '../../images/raster.ts';
import { forwardDct, inverseDct } from './dct.ts';

const size = 8;
// Coefficients below this many deviations are taken for noise (Yu and Sapiro, DCT image denoising, IPOL 2011: 3; a
// little less keeps more texture).
const deviations = 2.7;
const finePixels = 3_000_000;

/**
 * Takes away noise of deviation `sigmaOf255`, in place: overlapping 8 x 8 blocks are transformed, small coefficients set
 * to zero, and all blocks over a pixel averaged. Colour is handled in three uncorrelated planes; alpha is not touched.
 * Blocks overlap every 2 pixels, in large pictures every 4. Pages smaller than a block are left as they are.
 */
export function denoise(raster: Raster, sigmaOf255: number): void {
  const { data, width, height, pages, channels, depth } = raster;
  if (width < size || height < size || sigmaOf255 <= 0) return;
  const step = width * height * pages > finePixels ? 4 : 2;
  const threshold = sigmaOf255 * deviations * (depth === 8 ? 1 : 257);
  const length = width * height * channels;
  for (let page = 0; page < pages; page++) {
    const own = data.subarray(page * length, (page + 1) * length);
    denoisePage({ data: own, width, height, channels, max: depth === 8 ? 255 : 65535 }, threshold, step);
  }
}

interface Page {
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly max: number;
}

// Only eight rows of the picture and of the sums are held; a row is written when no later block reaches it.
function denoisePage(page: Page, threshold: number, step: number): void {
  const { width, height, channels } = page;
  const planes = channels < 3 ? 1 : 3;
  const read = new Float32Array(planes * size * width);
  const sums = new Float32Array(planes * size * width);
  const columns = starts(width, step);
  const rows = starts(height, step);
  const across = coverage(width, columns);
  const down = coverage(height, rows);
  let readRows = 0;
  rows.forEach((top, index) => {
    for (; readRows < top + size; readRows++) readRow(page, readRows, read);
    for (let plane = 0; plane < planes; plane++) shrinkRow(read, sums, plane, width, top, columns, threshold);
    const until = rows[index + 1] ?? height;
    for (let row = top; row < until; row++) writeRow(page, row, sums, across, down[row] as number);
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

const third = Math.sqrt(1 / 3);
const half = Math.sqrt(1 / 2);
const sixth = Math.sqrt(1 / 6);

// Orthonormal 3-point DCT across red, green, blue: brightness, red against blue, green against both.
function readRow({ data, width, channels }: Page, row: number, read: Float32Array): void {
  const to = (row % size) * width;
  const plane = size * width;
  let at = row * width * channels;
  for (let x = 0; x < width; x++, at += channels) {
    const r = data[at] as number;
    if (channels < 3) {
      read[to + x] = r;
      continue;
    }
    const g = data[at + 1] as number;
    const b = data[at + 2] as number;
    read[to + x] = (r + g + b) * third;
    read[to + x + plane] = (r - b) * half;
    read[to + x + 2 * plane] = (r - 2 * g + b) * sixth;
  }
}

function shrinkRow(
  read: Float32Array,
  sums: Float32Array,
  plane: number,
  width: number,
  top: number,
  columns: readonly number[],
  threshold: number,
): void {
  const block = new Float32Array(size * size);
  for (const left of columns) {
    for (let y = 0; y < size; y++) {
      const from = (plane * size + ((top + y) % size)) * width + left;
      for (let x = 0; x < size; x++) block[y * size + x] = read[from + x] as number;
    }
    forwardDct(block);
    for (let k = 1; k < size * size; k++) {
      const value = block[k] as number;
      if (value < threshold && value > -threshold) block[k] = 0;
    }
    inverseDct(block);
    for (let y = 0; y < size; y++) {
      const to = (plane * size + ((top + y) % size)) * width + left;
      for (let x = 0; x < size; x++)
        sums[to + x] = (sums[to + x] as number) + (block[y * size + x] as number);
    }
  }
}

// Writes the averages of a finished row and empties its sums for the row that takes its place.
function writeRow(
  { data, width, channels, max }: Page,
  row: number,
  sums: Float32Array,
  across: Float32Array,
  down: number,
): void {
  const from = (row % size) * width;
  const plane = size * width;
  let at = row * width * channels;
  for (let x = 0; x < width; x++, at += channels) {
    const share = 1 / ((across[x] as number) * down);
    const first = (sums[from + x] as number) * share;
    sums[from + x] = 0;
    if (channels < 3) {
      data[at] = clamp(first + 0.5, max);
      continue;
    }
    const base = first * third + 0.5;
    const warm = (sums[from + x + plane] as number) * share * half;
    const green = (sums[from + x + 2 * plane] as number) * share * sixth;
    sums[from + x + plane] = 0;
    sums[from + x + 2 * plane] = 0;
    data[at] = clamp(base + warm + green, max);
    data[at + 1] = clamp(base - 2 * green, max);
    data[at + 2] = clamp(base - warm + green, max);
  }
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value;
}
