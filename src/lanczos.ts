// Scaling with the centres of pixels kept in place, for enlarging and reducing alike.

/** Pixels as src/images/raster.ts describes them. */
export interface Pixels {
  data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly pages: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly depth: 8 | 16;
}

/** A part of a picture in its pixels; may begin and end within one. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Resampling {
  /** Pixels of the result. */
  readonly width: number;
  readonly height: number;
  /** What of the first page becomes the whole result; nothing outside it is looked at. The whole page if left out. */
  readonly window?: Window;
  /** Bits a channel of the result; those of the input if left out. */
  readonly depth?: 8 | 16;
}

const lobes = 3;

/** Lanczos' windowed sinc with three lobes (Duchon 1979); 0 from a distance of 3 on. */
export function lanczos(x: number): number {
  if (x === 0) return 1;
  const angle = Math.PI * x;
  return Math.abs(x) < lobes ? (lobes * Math.sin(angle) * Math.sin(angle / lobes)) / (angle * angle) : 0;
}

/**
 * The first page at another size, by separable Lanczos filtering on code values; reducing widens the filter by the same
 * factor, so that nothing aliases. Output pixel x lies at `left + (x + 0.5) * window.width / width - 0.5` of the input:
 * nothing shifts, and the same size gives the same values. Edge pixels are repeated outwards, colours are weighted with
 * alpha, results are clamped.
 */
export function resample(input: Pixels, { width, height, window, depth = input.depth }: Resampling): Pixels {
  const { channels } = input;
  const part = window ?? { left: 0, top: 0, width: input.width, height: input.height };
  const across = tapsOf(part.left, part.width, width, input.width);
  const down = tapsOf(part.top, part.height, height, input.height);
  const rowLength = width * channels;
  const data = depth === 8 ? new Uint8Array(rowLength * height) : new Uint16Array(rowLength * height);
  const output: Pixels = { data, width, height, pages: 1, channels, depth };
  // Each input row is scaled across once; those that still count are kept and mixed into output rows.
  const kept = Array.from({ length: down.most }, () => new Float32Array(rowLength));
  const line = new Float32Array(input.width * channels);
  const mixed = new Float32Array(rowLength);
  let next = down.firsts[0] as number;
  for (let y = 0; y < height; y++) {
    const first = down.firsts[y] as number;
    const count = down.counts[y] as number;
    for (next = Math.max(next, first); next < first + count; next++) {
      readLine(input, next, across, line);
      scaleLine(line, channels, across, kept[next % down.most] as Float32Array);
    }
    mixed.fill(0);
    for (let tap = 0; tap < count; tap++) {
      const weight = down.weights[y * down.most + tap] as number;
      addLine(kept[(first + tap) % down.most] as Float32Array, weight, mixed);
    }
    storeLine(mixed, output, y * rowLength, input.depth);
  }
  return output;
}

// Which input pixels make an output pixel, along one axis: `counts[x]` of them from `firsts[x]` on.
interface Taps {
  readonly firsts: Int32Array;
  readonly counts: Int32Array;
  /** `most` a pixel; each set adds up to 1. */
  readonly weights: Float32Array;
  readonly most: number;
}

function tapsOf(from: number, length: number, outputs: number, inputs: number): Taps {
  const step = length / outputs;
  const stretch = Math.max(1, step);
  const lowest = Math.max(0, Math.floor(from));
  const highest = Math.min(inputs, Math.ceil(from + length)) - 1;
  const most = Math.min(2 * Math.ceil(lobes * stretch) + 1, highest - lowest + 1);
  const firsts = new Int32Array(outputs);
  const counts = new Int32Array(outputs);
  const weights = new Float32Array(outputs * most);
  const sums = new Float64Array(most);
  for (let at = 0; at < outputs; at++) {
    const centre = from + (at + 0.5) * step - 0.5;
    const start = Math.ceil(centre - lobes * stretch);
    const end = Math.floor(centre + lobes * stretch);
    const first = clamp(start, lowest, highest);
    sums.fill(0);
    let sum = 0;
    for (let tap = start; tap <= end; tap++) {
      const weight = lanczos((tap - centre) / stretch);
      const nearest = clamp(tap, lowest, highest) - first;
      sums[nearest] = (sums[nearest] as number) + weight;
      sum += weight;
    }
    trim(sums, sum, first, at, { firsts, counts, weights, most });
  }
  return { firsts, counts, weights, most };
}

// Stores one set of weights without those that are nothing: what is not scaled costs one tap a pixel.
function trim(sums: Float64Array, sum: number, first: number, at: number, taps: Taps): void {
  const matters = (weight: number) => Math.abs(weight / sum) > 1e-7;
  const begin = sums.findIndex(matters);
  const end = sums.findLastIndex(matters);
  taps.firsts[at] = first + begin;
  taps.counts[at] = end - begin + 1;
  for (let tap = begin; tap <= end; tap++) {
    taps.weights[at * taps.most + tap - begin] = (sums[tap] as number) / sum;
  }
}

// One input row as numbers, colours times alpha; only the part that is looked at.
function readLine(
  { data, width, channels, depth }: Pixels,
  row: number,
  across: Taps,
  line: Float32Array,
): void {
  const from = (across.firsts[0] as number) * channels;
  const last = across.firsts.length - 1;
  const to = ((across.firsts[last] as number) + (across.counts[last] as number)) * channels;
  const start = row * width * channels;
  if (channels % 2 === 1) {
    for (let at = from; at < to; at++) line[at] = data[start + at] as number;
    return;
  }
  const alpha = channels - 1;
  const max = depth === 8 ? 255 : 65_535;
  for (let at = from; at < to; at += channels) {
    const opacity = data[start + at + alpha] as number;
    for (let c = 0; c < alpha; c++) line[at + c] = ((data[start + at + c] as number) * opacity) / max;
    line[at + alpha] = opacity;
  }
}

function scaleLine(
  line: Float32Array,
  channels: number,
  { firsts, counts, weights, most }: Taps,
  out: Float32Array,
) {
  for (let x = 0; x < firsts.length; x++) {
    const from = (firsts[x] as number) * channels;
    const count = counts[x] as number;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let tap = 0, at = from + c; tap < count; tap++, at += channels) {
        sum += (weights[x * most + tap] as number) * (line[at] as number);
      }
      out[x * channels + c] = sum;
    }
  }
}

function addLine(line: Float32Array, weight: number, mixed: Float32Array): void {
  for (let at = 0; at < mixed.length; at++) mixed[at] = (mixed[at] as number) + weight * (line[at] as number);
}

function storeLine(
  mixed: Float32Array,
  { data, channels, depth }: Pixels,
  from: number,
  inputDepth: number,
): void {
  const max = depth === 8 ? 255 : 65_535;
  const gain = depth === inputDepth ? 1 : depth === 16 ? 257 : 1 / 257;
  const alpha = channels - 1;
  if (channels % 2 === 1) {
    for (let at = 0; at < mixed.length; at++)
      data[from + at] = clamp((mixed[at] as number) * gain, 0, max) + 0.5;
    return;
  }
  for (let at = 0; at < mixed.length; at += channels) {
    // Not clamped before the division: colours overshoot together with the alpha they were multiplied by.
    const opacity = (mixed[at + alpha] as number) * gain;
    const scale = opacity < 0.5 ? 0 : max / opacity;
    for (let c = 0; c < alpha; c++)
      data[from + at + c] = clamp((mixed[at + c] as number) * gain * scale, 0, max) + 0.5;
    data[from + at + alpha] = clamp(opacity, 0, max) + 0.5;
  }
}

function clamp(value: number, least: number, most: number): number {
  return value < least ? least : value > most ? most : value;
}
