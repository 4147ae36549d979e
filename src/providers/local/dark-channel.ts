import type { Page } from './guided-filter.ts';

/**
 * Dark channel of one page of RGB triplets: the least channel, without what is brighter and smaller than a square of
 * 2 * radius + 1 cells (the least of each square, then the most of those, which leaves edges where they are; He, Sun, Tang
 * 2009 take the first half only). Cells without weight do not count; 0 where none counts.
 */
export function darkChannel(page: Page, pixels: Float32Array, radius: number): Float32Array {
  const least = page.weights.map((weight, cell) =>
    weight === 0
      ? nothing
      : Math.min(pixels[cell * 3] as number, pixels[cell * 3 + 1] as number, pixels[cell * 3 + 2] as number),
  );
  const eroded = leastOfSquares(page, least, radius).map(opposite);
  return leastOfSquares(page, eroded, radius).map((value) => (value === nothing ? 0 : -value));
}

const nothing = Number.POSITIVE_INFINITY;

function opposite(value: number): number {
  return value === nothing ? nothing : -value;
}

function leastOfSquares({ columns, rows }: Page, values: Float32Array, radius: number): Float32Array {
  const out = values.slice();
  for (let row = 0; row < rows; row++) leastOfLine(out, row * columns, columns, 1, radius);
  for (let column = 0; column < columns; column++) leastOfLine(out, column, rows, columns, radius);
  return out;
}

// The least of 2 * radius + 1 neighbours along a line, in place, in a time that does not depend on the radius: every window
// is the end of one block of its size and the beginning of the next (van Herk 1992).
function leastOfLine(
  values: Float32Array,
  start: number,
  length: number,
  stride: number,
  radius: number,
): void {
  const size = 2 * radius + 1;
  const padded = length + 2 * radius;
  const forward = new Float32Array(padded).fill(nothing);
  for (let n = 0; n < length; n++) forward[n + radius] = values[start + n * stride] as number;
  const backward = forward.slice();
  for (let n = 1; n < padded; n++) {
    if (n % size !== 0) forward[n] = Math.min(forward[n] as number, forward[n - 1] as number);
  }
  for (let n = padded - 2; n >= 0; n--) {
    if ((n + 1) % size !== 0) backward[n] = Math.min(backward[n] as number, backward[n + 1] as number);
  }
  for (let n = 0; n < length; n++) {
    values[start + n * stride] = Math.min(backward[n] as number, forward[n + size - 1] as number);
  }
}
