// Whether the outlines of a picture are still there.
import type { Size } from '../../providers/model.ts';

// Strong edges are the steepest tenth of a picture, if they are steeper than compression makes them (of 255 a pixel).
const strongShare = 0.1;
const leastSlope = 6;
// The same edge may have become softer, and lie a pixel or two beside.
const softer = 0.35;
const reach = 2;
const mostTurn = Math.cos((30 * Math.PI) / 180);

/**
 * The share of the strong edges of `one` near which `other` has an edge in the same direction, whichever side is lighter.
 * Slopes are Sobel's (Sobel, Feldman 1968); those of `other` are scaled to the contrast of `one`, so that light does not
 * matter. 1 where there are none.
 */
export function keptEdges(
  one: Float32Array,
  other: Float32Array,
  { width, height }: Size,
  weights?: Float32Array,
): number {
  if (width < 3 || height < 3) return 1;
  const [before, after] = [slopesOf(one, width, height), slopesOf(other, width, height)];
  const least = Math.max(leastSlope, steepest(before.size, strongShare));
  const gain = Math.min(4, Math.max(0.25, contrast(one) / Math.max(1, contrast(other))));
  let [strong, kept] = [0, 0];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const size = before.size[at] as number;
      if (size < least || (weights !== undefined && (weights[at] as number) < 0.5)) continue;
      strong += 1;
      if (isNear(x, y, size)) kept += 1;
    }
  }
  return strong === 0 ? 1 : kept / strong;

  function isNear(x: number, y: number, size: number): boolean {
    const at = y * width + x;
    const [dx, dy] = [(before.dx[at] as number) / size, (before.dy[at] as number) / size];
    for (let row = Math.max(1, y - reach); row <= Math.min(height - 2, y + reach); row++) {
      for (let column = Math.max(1, x - reach); column <= Math.min(width - 2, x + reach); column++) {
        const there = row * width + column;
        const found = after.size[there] as number;
        if (found * gain < softer * size) continue;
        const along = Math.abs(dx * (after.dx[there] as number) + dy * (after.dy[there] as number));
        if (along >= mostTurn * found) return true;
      }
    }
    return false;
  }
}

function slopesOf(values: Float32Array, width: number, height: number) {
  const [dx, dy, size] = [0, 1, 2].map(() => new Float32Array(values.length)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const v = (across: number, down: number) => values[at + down * width + across] as number;
      const right = v(1, -1) + 2 * v(1, 0) + v(1, 1) - v(-1, -1) - 2 * v(-1, 0) - v(-1, 1);
      const low = v(-1, 1) + 2 * v(0, 1) + v(1, 1) - v(-1, -1) - 2 * v(0, -1) - v(1, -1);
      dx[at] = right / 8;
      dy[at] = low / 8;
      size[at] = Math.hypot(right, low) / 8;
    }
  }
  return { dx, dy, size };
}

// The slope that only `share` of the pixels exceed.
function steepest(slopes: Float32Array, share: number): number {
  const sorted = Float32Array.from(slopes).sort();
  return sorted[Math.floor(sorted.length * (1 - share))] as number;
}

function contrast(values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / values.length - (sum / values.length) ** 2));
}
