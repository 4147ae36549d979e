import type { Raster } from '../../src/images/raster.ts';

const radius = 5;
const sigma = 1.5;
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/**
 * Structural similarity of two 8-bit pictures of one size, at least 11 by 11 pixels: the mean over the
 * channels (luma alone does not see a cast) and all whole windows, 11 by 11 with a Gaussian of 1.5 pixels, K1 0.01 and K2 0.03 (Wang, Bovik, Sheikh, Simoncelli 2004). 1 for
 * equal pictures.
 */
export function ssim(one: Raster, other: Raster): number {
  const colours = Math.min(3, one.channels);
  let sum = 0;
  for (let channel = 0; channel < colours; channel++) {
    sum += ssimOf(plane(one, channel), plane(other, channel), one.width, one.height);
  }
  return sum / colours;
}

function ssimOf(x: Float32Array, y: Float32Array, width: number, height: number): number {
  const blurred = (values: Float32Array) => blur(values, width, height);
  const meanX = blurred(x);
  const meanY = blurred(y);
  // The formula needs but the sum of both variances, so one blur serves the two.
  const squares = blurred(x.map((value, at) => value ** 2 + (y[at] as number) ** 2));
  const products = blurred(x.map((value, at) => value * (y[at] as number)));
  let sum = 0;
  for (let at = 0; at < meanX.length; at++) {
    const product = (meanX[at] as number) * (meanY[at] as number);
    const square = (meanX[at] as number) ** 2 + (meanY[at] as number) ** 2;
    const covariance = (products[at] as number) - product;
    const variances = (squares[at] as number) - square;
    sum += ((2 * product + c1) * (2 * covariance + c2)) / ((square + c1) * (variances + c2));
  }
  return sum / meanX.length;
}

function plane({ data, channels, width, height }: Raster, channel: number): Float32Array {
  return Float32Array.from(
    { length: width * height },
    (_, pixel) => data[pixel * channels + channel] as number,
  );
}

const kernel = gaussian();

function gaussian(): number[] {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

// Where the window is whole: 10 pixels narrower and lower.
function blur(values: Float32Array, width: number, height: number): Float64Array {
  const narrow = width - 2 * radius;
  const rows = new Float64Array(narrow * height);
  for (let row = 0; row < height; row++) {
    convolve(values, row * width, 1, rows, row * narrow, narrow);
  }
  const low = height - 2 * radius;
  const result = new Float64Array(narrow * low);
  for (let row = 0; row < low; row++) convolve(rows, row * narrow, narrow, result, row * narrow, narrow);
  return result;
}

const [k0, k1, k2, k3, k4, k5] = kernel as [number, number, number, number, number, number];

// `count` windows that begin at `start`, one beside the other; the pixels of a window are `step` apart. The kernel is
// symmetric, and written out because most of the time goes here.
function convolve(
  from: Float32Array | Float64Array,
  start: number,
  step: number,
  to: Float64Array,
  target: number,
  count: number,
): void {
  for (let n = 0; n < count; n++) {
    const at = start + n;
    const pair = (near: number) =>
      (from[at + near * step] as number) + (from[at + (10 - near) * step] as number);
    to[target + n] =
      k0 * pair(0) +
      k1 * pair(1) +
      k2 * pair(2) +
      k3 * pair(3) +
      k4 * pair(4) +
      k5 * (from[at + 5 * step] as number);
  }
}
