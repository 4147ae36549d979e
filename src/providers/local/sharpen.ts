import type { Raster } from '../../images/raster.ts';

const limitOf255 = 20;

// Luma is kept sixteen times as large, with the weights 3, 12 and 1 of sixteen, and its mean 256 times that, so that all
// sums are integers of at most 28 bits, also for 16-bit pictures.
const lumaScale = 16;
const meanScale = 256;

/**
 * Unsharp masking of luma, in place: adds `amount` times the difference between luma and its 5 x 5 binomial mean
 * (deviation 1 pixel) to all colour channels, so hues stay. Differences below `thresholdOf255` are left out, large ones are
 * limited, and a pixel never moves by more than half its way to black or white. Alpha is not touched.
 */
export function sharpen(raster: Raster, amount: number, thresholdOf255: number): void {
  const { data, width, height, pages, channels, depth } = raster;
  const size = width * height * channels;
  const pass = { width, height, channels, unit: depth === 8 ? 1 : 257, amount, thresholdOf255 };
  for (let page = 0; page < pages; page++) sharpenPage(data.subarray(page * size, (page + 1) * size), pass);
}

interface Pass {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Code values of the raster in one of 255. */
  readonly unit: number;
  readonly amount: number;
  readonly thresholdOf255: number;
}

// Rows are read two ahead of the one that is written, and only the last five are kept.
function sharpenPage(data: Uint8Array | Uint16Array, pass: Pass): void {
  const { width, height } = pass;
  const luma = Array.from({ length: 5 }, () => new Int32Array(width));
  const smooth = Array.from({ length: 5 }, () => new Int32Array(width));
  const ahead = Math.min(2, height - 1);
  for (let row = 0; row < ahead; row++) readRow(data, row, pass, luma, smooth);
  const near = (row: number) => smooth[Math.max(0, Math.min(height - 1, row)) % 5] as Int32Array;
  for (let row = 0; row < height; row++) {
    if (row + ahead < height) readRow(data, row + ahead, pass, luma, smooth);
    const mean = [near(row - 2), near(row - 1), near(row), near(row + 1), near(row + 2)] as const;
    writeRow(data, row, pass, luma[row % 5] as Int32Array, mean);
  }
}

// Luma of a row, and its mean along the row with weights 1 4 6 4 1; the edge pixels are repeated outwards.
function readRow(
  data: Uint8Array | Uint16Array,
  row: number,
  { width, channels }: Pass,
  luma: Int32Array[],
  smooth: Int32Array[],
): void {
  const own = luma[row % 5] as Int32Array;
  const mean = smooth[row % 5] as Int32Array;
  let at = row * width * channels;
  for (let x = 0; x < width; x++, at += channels) {
    own[x] =
      channels < 3
        ? (data[at] as number) * lumaScale
        : (data[at] as number) * 3 + (data[at + 1] as number) * 12 + (data[at + 2] as number);
  }
  let a = own[0] as number;
  let b = a;
  let c = a;
  let d = own[Math.min(1, width - 1)] as number;
  for (let x = 0; x < width; x++) {
    const e = own[x + 2 < width ? x + 2 : width - 1] as number;
    mean[x] = a + e + 4 * (b + d) + 6 * c;
    a = b;
    b = c;
    c = d;
    d = e;
  }
}

function writeRow(
  data: Uint8Array | Uint16Array,
  row: number,
  { width, channels, unit, amount, thresholdOf255 }: Pass,
  luma: Int32Array,
  [above2, above, same, below, below2]: readonly [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array],
): void {
  const max = 255 * unit;
  const full = lumaScale * meanScale;
  const threshold = thresholdOf255 * unit * full;
  const limit = limitOf255 * unit;
  const share = amount / full;
  let at = row * width * channels;
  for (let x = 0; x < width; x++, at += channels) {
    const y = luma[x] as number;
    const difference =
      y * meanScale -
      (above2[x] as number) -
      (below2[x] as number) -
      4 * ((above[x] as number) + (below[x] as number)) -
      6 * (same[x] as number);
    let change = 0;
    if (difference > threshold) {
      const most = Math.min(limit, (max - y / lumaScale) * 0.5);
      change = Math.min((difference - threshold) * share, most);
    } else if (difference < -threshold) {
      const most = Math.min(limit, (y / lumaScale) * 0.5);
      change = Math.max((difference + threshold) * share, -most);
    } else continue;
    if (channels < 3) {
      data[at] = (data[at] as number) + change + 0.5;
      continue;
    }
    data[at] = clamp((data[at] as number) + change + 0.5, max);
    data[at + 1] = clamp((data[at + 1] as number) + change + 0.5, max);
    data[at + 2] = clamp((data[at + 2] as number) + change + 0.5, max);
  }
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value;
}
