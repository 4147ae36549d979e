import { addInverse8, forward8 } from './dct.ts';

const size = 8;
// Keeps the quotient finite where there is no energy.
const tiny = 1e-6;

/** Takes the noise out of rows of 8 x 8 blocks that are `width` pixels wide; made once, used for all rows. */
export interface Shrinker {
  /**
   * Reads a window of 8 rows (`width` values each) from `from` on, and adds what is left of its blocks, one at each of
   * `columns`, to the window at `from` of `sums`.
   */
  shrinkRow(window: Float32Array, sums: Float32Array, from: number, floors: Float32Array): void;
}

/**
 * Energy of noise of deviation `sigma` around each of the 64 coefficients, `times` as much as is to be expected: what
 * `shrinkRow` takes for noise.
 */
export function noiseFloors(sigma: number, times: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, k) => 0.5 * sigma * sigma * times * neighbours(k));
}

// Coefficients in the 3 x 3 around the k-th and in the block, without the mean.
function neighbours(k: number): number {
  const [row, column] = [k >> 3, k & 7];
  const rows = row === 0 || row === 7 ? 2 : 3;
  const columns = column === 0 || column === 7 ? 2 : 3;
  return k === 0 ? 0 : rows * columns - (row < 2 && column < 2 ? 1 : 0);
}

/**
 * Overlapping blocks share their transforms: each column of the window is transformed once for all blocks over it, and
 * their results are added up before each column is transformed back.
 */
export function makeShrinker(width: number, columns: readonly number[]): Shrinker {
  // Frequencies of a column side by side, so that a block is 64 values in one place.
  const transformed = new Float32Array(width * size);
  const shrunk = new Float32Array(width * size);
  const block = new Float32Array(size * size);
  // Squares summed along rows, between two empty rows.
  const energies = new Float32Array(size * (size + 2));
  return {
    shrinkRow(window, sums, from, floors) {
      shrunk.fill(0);
      for (let x = 0; x < width; x++) forward8(window, from + x, width, transformed, x * size, 1);
      for (const left of columns) {
        for (let row = 0; row < size; row++)
          forward8(transformed, left * size + row, size, block, row * size, 1);
        sumSquares(block, energies);
        for (let row = 0; row < size; row++) {
          if (shrinkCoefficients(block, energies, floors, row * size) > 0)
            addInverse8(block, row * size, 1, shrunk, left * size + row, size);
        }
      }
      for (let x = 0; x < width; x++) addInverse8(shrunk, x * size, 1, sums, from + x, width);
    },
  };
}

// For each coefficient the sum of the squares of itself and its neighbours in its row; the mean is left out.
function sumSquares(block: Float32Array, energies: Float32Array): void {
  for (let at = 0; at < 64; at += 8) {
    const k0 = at === 0 ? 0 : (block[at] as number);
    const k1 = block[at + 1] as number;
    const k2 = block[at + 2] as number;
    const k3 = block[at + 3] as number;
    const k4 = block[at + 4] as number;
    const k5 = block[at + 5] as number;
    const k6 = block[at + 6] as number;
    const k7 = block[at + 7] as number;
    const a = k0 * k0 + k1 * k1;
    const b = k2 * k2;
    const c = k3 * k3;
    const d = k4 * k4;
    const e = k5 * k5;
    const f = k6 * k6 + k7 * k7;
    energies[at + 8] = a;
    energies[at + 9] = a + b;
    energies[at + 10] = k1 * k1 + b + c;
    energies[at + 11] = b + c + d;
    energies[at + 12] = c + d + e;
    energies[at + 13] = d + e + k6 * k6;
    energies[at + 14] = e + f;
    energies[at + 15] = f;
  }
}

// Shrinks the 8 coefficients of a row to the share that their surroundings exceed noise by; 0 if nothing is left. Without
// a branch by coefficient, since what is noise cannot be foreseen: half of g + |g| is g where it is above 0.
function shrinkCoefficients(
  block: Float32Array,
  energies: Float32Array,
  floors: Float32Array,
  at: number,
): number {
  let left = 0;
  for (let k = at; k < at + size; k++) {
    const energy =
      (energies[k] as number) + (energies[k + size] as number) + (energies[k + 2 * size] as number);
    const g = 0.5 - (floors[k] as number) / (energy + tiny);
    const share = g + Math.abs(g);
    block[k] = (block[k] as number) * share;
    left += share;
  }
  return left;
}
