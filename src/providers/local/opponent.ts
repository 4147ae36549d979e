/** One page of a raster, as it is denoised. */
export interface Page {
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly max: number;
}

const third = Math.sqrt(1 / 3);
const half = Math.sqrt(1 / 2);
const sixth = Math.sqrt(1 / 6);

/**
 * Splits a row of pixels into brightness, red against blue, and green against both (orthonormal 3-point DCT of the
 * channels, so that noise keeps its deviation); each goes to its plane from `to` on. Grey has one plane; alpha is left out.
 */
export function splitRow(
  { data, width, channels }: Page,
  row: number,
  planes: readonly Float32Array[],
  to: number,
): void {
  const [light, warm, green] = planes as [Float32Array, Float32Array, Float32Array];
  let at = row * width * channels;
  for (let x = to; x < to + width; x++, at += channels) {
    const r = data[at] as number;
    if (channels < 3) {
      light[x] = r;
      continue;
    }
    const g = data[at + 1] as number;
    const b = data[at + 2] as number;
    light[x] = (r + g + b) * third;
    warm[x] = (r - b) * half;
    green[x] = (r - 2 * g + b) * sixth;
  }
}

/** Undoes `splitRow` for planes that hold `across[x] * down` times the pixel. */
export function mergeRow(
  { data, width, channels, max }: Page,
  row: number,
  planes: readonly Float32Array[],
  from: number,
  across: Float32Array,
  down: number,
): void {
  const [light, warm, green] = planes as [Float32Array, Float32Array, Float32Array];
  let at = row * width * channels;
  for (let x = 0; x < width; x++, at += channels) {
    const share = 1 / ((across[x] as number) * down);
    const first = (light[from + x] as number) * share;
    if (channels < 3) {
      data[at] = clamp(first + 0.5, max);
      continue;
    }
    const base = first * third + 0.5;
    const second = (warm[from + x] as number) * share * half;
    const last = (green[from + x] as number) * share * sixth;
    data[at] = clamp(base + second + last, max);
    data[at + 1] = clamp(base - 2 * last, max);
    data[at + 2] = clamp(base - second + last, max);
  }
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value;
}
