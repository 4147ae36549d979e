import type { Raster } from '../../images/raster.ts';

const lobes = 3;
const taps = 2 * lobes;

/**
 * A picture `factor` times as wide and as high, by separable Lanczos interpolation with three lobes on code values. The
 * centres of pixels keep their place: output pixel x lies at (x + 0.5) / factor - 0.5 of the input, so nothing shifts. Edge
 * pixels are repeated outwards, pages do not see one another, colours are weighted with alpha. Results are clamped.
 */
export function enlarge(raster: Raster, factor: 2 | 4): Raster {
  const { data, width, height, pages, channels, depth } = raster;
  const length = data.length * factor * factor;
  const out = depth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  const enlarged: Raster = { ...raster, data: out, width: width * factor, height: height * factor };
  for (let page = 0; page < pages; page++) {
    const from = page * width * height * channels;
    enlargePage(raster, data.subarray(from, from + width * height * channels), enlarged, page, factor);
  }
  return enlarged;
}

// Each input row is widened once; the last six widened rows are kept and mixed into `factor` output rows.
function enlargePage(
  { width, height, channels, depth }: Raster,
  input: Uint8Array | Uint16Array,
  output: Raster,
  page: number,
  factor: 2 | 4,
): void {
  const phases = phaseWeights(factor);
  const rowLength = output.width * channels;
  const wide = Array.from({ length: taps }, () => new Float32Array(rowLength));
  const padded = new Float32Array((width + taps) * channels);
  const mixed = new Float32Array(rowLength);
  const max = depth === 8 ? 255 : 65535;
  let widened = 0;
  for (let y = 0; y < output.height; y++) {
    const { first, weights } = tapsFor(y, factor, phases);
    for (; widened < height && widened < first + taps; widened++) {
      padRow(input, widened, width, channels, padded, max);
      widenRow(padded, width, channels, factor, phases, wide[widened % taps] as Float32Array);
    }
    const rows = Array.from({ length: taps }, (_, tap) => {
      const row = Math.max(0, Math.min(height - 1, first + tap));
      return wide[row % taps] as Float32Array;
    });
    mixRows(rows, weights, mixed);
    storeRow(mixed, output, (page * output.height + y) * rowLength, max);
  }
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  const angle = Math.PI * x;
  return Math.abs(x) < lobes ? (lobes * Math.sin(angle) * Math.sin(angle / lobes)) / (angle * angle) : 0;
}

// The six weights of each of the `factor` positions between two input pixels; each set adds up to 1.
function phaseWeights(factor: number): Float64Array[] {
  return Array.from({ length: factor }, (_, phase) => {
    const centre = (phase + 0.5) / factor - 0.5;
    const first = Math.floor(centre) - lobes + 1;
    const weights = Float64Array.from({ length: taps }, (_, tap) => lanczos(first + tap - centre));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });
}

function tapsFor(
  at: number,
  factor: number,
  phases: Float64Array[],
): { first: number; weights: Float64Array } {
  const phase = at % factor;
  const first = Math.floor((at + 0.5) / factor - 0.5) - lobes + 1;
  return { first, weights: phases[phase] as Float64Array };
}

// One row as numbers, colours times alpha, with three repeated pixels on either side.
function padRow(
  input: Uint8Array | Uint16Array,
  row: number,
  width: number,
  channels: number,
  padded: Float32Array,
  max: number,
): void {
  const alpha = channels === 2 || channels === 4 ? channels - 1 : 0;
  for (let x = -lobes; x < width + lobes; x++) {
    const from = (row * width + Math.max(0, Math.min(width - 1, x))) * channels;
    const to = (x + lobes) * channels;
    const opacity = alpha === 0 ? 1 : (input[from + alpha] as number) / max;
    for (let c = 0; c < channels; c++) {
      padded[to + c] = (input[from + c] as number) * (alpha > 0 && c === alpha ? 1 : opacity);
    }
  }
}

function widenRow(
  padded: Float32Array,
  width: number,
  channels: number,
  factor: number,
  phases: Float64Array[],
  out: Float32Array,
): void {
  for (let phase = 0; phase < factor; phase++) {
    const [w0, w1, w2, w3, w4, w5] = phases[phase] as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const shift = phase + 0.5 < factor / 2 ? 0 : 1;
    for (let x = 0; x < width; x++) {
      const to = (x * factor + phase) * channels;
      const from = (x + shift) * channels;
      for (let c = 0; c < channels; c++) {
        const at = from + c;
        out[to + c] =
          w0 * (padded[at] as number) +
          w1 * (padded[at + channels] as number) +
          w2 * (padded[at + 2 * channels] as number) +
          w3 * (padded[at + 3 * channels] as number) +
          w4 * (padded[at + 4 * channels] as number) +
          w5 * (padded[at + 5 * channels] as number);
      }
    }
  }
}

function mixRows(rows: readonly Float32Array[], weights: Float64Array, mixed: Float32Array): void {
  const [r0, r1, r2, r3, r4, r5] = rows as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [w0, w1, w2, w3, w4, w5] = weights as unknown as [number, number, number, number, number, number];
  for (let at = 0; at < mixed.length; at++) {
    mixed[at] =
      w0 * (r0[at] as number) +
      w1 * (r1[at] as number) +
      w2 * (r2[at] as number) +
      w3 * (r3[at] as number) +
      w4 * (r4[at] as number) +
      w5 * (r5[at] as number);
  }
}

function storeRow(mixed: Float32Array, { data, channels }: Raster, from: number, max: number): void {
  const alpha = channels === 2 || channels === 4 ? channels - 1 : 0;
  for (let at = 0; at < mixed.length; at += channels) {
    let scale = 1;
    if (alpha > 0) {
      // Not clamped here: colours overshoot together with the alpha they were multiplied by.
      const opacity = mixed[at + alpha] as number;
      data[from + at + alpha] = clamp(opacity, max) + 0.5;
      scale = opacity < 0.5 ? 0 : max / opacity;
    }
    const colours = alpha > 0 ? alpha : channels;
    for (let c = 0; c < colours; c++)
      data[from + at + c] = clamp((mixed[at + c] as number) * scale, max) + 0.5;
  }
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value;
}
