// Whether colours are still those of the picture.
import { deltaE2000, type Lab, labOf } from './delta-e.ts';
import type { Small } from './small.ts';

// Parts a side: small enough that opposite changes do not cancel out, large enough that texture does not matter.
const parts = 8;

/**
 * How far apart the mean colours of 8 by 8 parts are, in delta E 2000, on average: with the lightness of `one` for both,
 * since more or less light is what enhancing is about. 0 where nothing is compared.
 */
export function colourDistance(one: Small, other: Small, weights?: Float32Array): number {
  let [sum, count] = [0, 0];
  for (let row = 0; row < parts; row++) {
    for (let column = 0; column < parts; column++) {
      const before = meanColour(one, row, column, weights);
      const after = meanColour(other, row, column, weights);
      if (before === undefined || after === undefined) continue;
      sum += deltaE2000(before, [before[0], after[1], after[2]]);
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}

// Undefined where less than half of the part counts.
function meanColour(
  { rgb, width, height }: Small,
  row: number,
  column: number,
  weights?: Float32Array,
): Lab | undefined {
  const [top, bottom] = bounds(row, height);
  const [left, right] = bounds(column, width);
  let [r, g, b, weight] = [0, 0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let pixel = y * width + left; pixel < y * width + right; pixel++) {
      const share = weights?.[pixel] ?? 1;
      weight += share;
      r += share * (rgb[pixel * 3] as number);
      g += share * (rgb[pixel * 3 + 1] as number);
      b += share * (rgb[pixel * 3 + 2] as number);
    }
  }
  const whole = (bottom - top) * (right - left);
  if (whole === 0 || weight < whole / 2) return undefined;
  return labOf(r / weight, g / weight, b / weight);
}

function bounds(at: number, length: number): readonly [number, number] {
  return [Math.floor((at * length) / parts), Math.floor(((at + 1) * length) / parts)];
}
