import type { Size } from '../../providers/model.ts';
import type { DecodeLimits } from '../facts.ts';
import { maskAt } from '../upload/mask.ts';

/**
 * How much of what a service made is taken, a pixel: 255 where the mask lets it change, falling to 0 over `feather` pixels
 * around it. Throws ItemError `mask-unusable`.
 */
export async function maskWeights(
  mask: Buffer,
  size: Size,
  feather: number,
  limits: DecodeLimits,
): Promise<Uint8Array> {
  const changeable = await maskAt(mask, size, limits);
  const weights = changeable.map((value) => value * 255);
  // Widened by half of it and blurred by the other half: whole within the mask, nothing beyond the feather.
  const half = Math.max(1, Math.floor(feather / 2));
  sweep(weights, size, half, widen);
  sweep(weights, size, half, average);
  return weights;
}

type Filter = (line: Uint8Array, out: Uint8Array, half: number) => void;

// Along rows, then along columns.
function sweep(data: Uint8Array, { width, height }: Size, half: number, filter: Filter): void {
  const [row, filteredRow] = [new Uint8Array(width), new Uint8Array(width)];
  for (let y = 0; y < height; y++) {
    row.set(data.subarray(y * width, (y + 1) * width));
    filter(row, filteredRow, half);
    data.set(filteredRow, y * width);
  }
  const [column, filtered] = [new Uint8Array(height), new Uint8Array(height)];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) column[y] = data[y * width + x] as number;
    filter(column, filtered, half);
    for (let y = 0; y < height; y++) data[y * width + x] = filtered[y] as number;
  }
}

// The greatest of the values 0 and 255 within `half` of each.
function widen(line: Uint8Array, out: Uint8Array, half: number): void {
  let last = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === 255) last = at;
    out[at] = at - last <= half ? 255 : 0;
  }
  let next = Number.POSITIVE_INFINITY;
  for (let at = line.length - 1; at >= 0; at--) {
    if (line[at] === 255) next = at;
    if (next - at <= half) out[at] = 255;
  }
}

// The mean of the values within `half` of each; what lies beyond the picture is as its last pixel.
function average(line: Uint8Array, out: Uint8Array, half: number): void {
  const value = (at: number) => line[Math.max(0, Math.min(line.length - 1, at))] as number;
  let sum = 0;
  for (let at = -half; at <= half; at++) sum += value(at);
  for (let at = 0; at < line.length; at++) {
    out[at] = Math.round(sum / (2 * half + 1));
    sum += value(at + half + 1) - value(at - half);
  }
}
