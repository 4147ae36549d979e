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
  readLuma(data, row * width * channels, channels, own);
  let a = own[0] as number;
  let b = a;
  let c = a;
  let d = own[Math.min(1, width - 1)] as number;
  const inner = width - 2;
  for (let x = 0; x < inner; x++) {
    const e = own[x + 2] as number;
    mean[x] = (a + e + ((b + d) << 2) + 6 * c) | 0;
    a = b;
    b = c;
    c = d;
    d = e;
  }
  for (let x = Math.max(0, inner); x < width; x++) {
    mean[x] = a + d + ((b + d) << 2) + 6 * c;
    a = b;
    b = c;
    c = d;
  }
}

function readLuma(data: Uint8Array | Uint16Array, from: number, channels: number, luma: Int32Array): void {
  const width = luma.length;
  if (channels < 3) {
    for (let x = 0, at = from; x < width; x++, at += channels) luma[x] = (data[at] as number) * lumaScale;
    return;
  }
  for (let x = 0, at = from; x < width; x++, at += channels) {
    luma[x] = ((data[at] as number) * 3 + (data[at + 1] as number) * 12 + (data[at + 2] as number)) | 0;
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
  // As a whole number, so that the many pixels below it are passed over without any fractions.
  const passed = Math.floor(threshold) | 0;
  const limit = limitOf255 * unit;
  const share = amount / full;
  const from = row * width * channels;
  for (let x = 0; x < width; x++) {
    const y = luma[x] as number;
    const around =
      ((above2[x] as number) +
        (below2[x] as number) +
        (((above[x] as number) + (below[x] as number)) << 2) +
        6 * (same[x] as number)) |
      0;
    const difference = ((y << 8) - around) | 0;
    if (difference <= passed && difference >= -passed) continue;
    let change = 0;
    if (difference > 0) {
      const most = Math.min(limit, (max - y / lumaScale) * 0.5);
      change = Math.min((difference - threshold) * share, most);
    } else {
      const most = Math.min(limit, (y / lumaScale) * 0.5);
      change = Math.max((difference + threshold) * share, -most);
    }
    const at = from + x * channels;
    data[at] = clamp((data[at] as number) + change + 0.5, max);
    if (channels < 3) continue;
    data[at + 1] = clamp((data[at + 1] as number) + change + 0.5, max);
    data[at + 2] = clamp((data[at + 2] as number) + change + 0.5, max);
  }
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value;
}
