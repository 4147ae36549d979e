// Whether what is in a picture is still where it was.
import type { Size } from '../../providers/model.ts';

// In pixels of the small copies: blocks overlap by half; what models repaint moves by a pixel or two.
const block = 16;
const step = 8;
const reach = 4;
// The constant of the structure term for 8 bits: half of C2 with K2 = 0.03.
const c3 = (0.03 * 255) ** 2 / 2;
// Contrast may change so many times; beyond it something has gone, or come.
const mostContrast = 4;

/**
 * How alike each block of 16 by 16 pixels is, and how much it counts. Likeness is the structure term of SSIM, (cov + C3) /
 * (dev1 dev2 + C3) (Wang, Bovik, Sheikh, Simoncelli 2004): a change of light or contrast leaves it at 1. There a plain block
 * is like any other; here neither deviation counts as less than a quarter of the other. The best one of all shifts of up to 4
 * pixels is taken. A block counts by the contrast of the one that shows more.
 */
export function likeness(
  one: Float32Array,
  other: Float32Array,
  { width, height }: Size,
  weights?: Float32Array,
): readonly { readonly value: number; readonly weight: number }[] {
  const [across, down] = [Math.min(block, width), Math.min(block, height)];
  const blocks: { value: number; weight: number }[] = [];
  const sums = momentsOf(other, width, height);
  const patch = new Float32Array(across * down);
  for (const top of startsOf(height, down)) {
    for (const left of startsOf(width, across)) {
      const share = weights === undefined ? 1 : meanOf(weights, width, { left, top, across, down });
      if (share < 0.5) continue;
      const deviation = takePatch(one, width, { left, top, across, down }, patch);
      const found = bestMatch(patch, deviation, other, sums, { left, top, across, down, width, height });
      blocks.push({ value: found.value, weight: share * (2 + Math.max(deviation, found.deviation)) });
    }
  }
  return blocks;
}

/** The mean of the `share` of the blocks that are least (or most) alike, by what they count; 1 without any block. */
export function meanOfPart(
  blocks: ReturnType<typeof likeness>,
  share: number,
  which: 'least' | 'most',
): number {
  const sorted = [...blocks].sort((a, b) => (which === 'least' ? a.value - b.value : b.value - a.value));
  const most = share * blocks.reduce((sum, { weight }) => sum + weight, 0);
  let [sum, taken] = [0, 0];
  for (const { value, weight } of sorted) {
    const part = Math.min(weight, most - taken);
    if (part <= 0) break;
    sum += value * part;
    taken += part;
  }
  return taken === 0 ? 1 : sum / taken;
}

interface Block {
  readonly left: number;
  readonly top: number;
  readonly across: number;
  readonly down: number;
}

function startsOf(length: number, size: number): number[] {
  const count = Math.max(1, Math.ceil((length - size) / step) + 1);
  return Array.from({ length: count }, (_, at) => Math.min(at * step, length - size));
}

// Sums of values and of their squares over everything above and left (integral images).
function momentsOf(values: Float32Array, width: number, height: number) {
  const wide = width + 1;
  const sums = new Float64Array(wide * (height + 1));
  const squares = new Float64Array(wide * (height + 1));
  for (let y = 0; y < height; y++) {
    let [sum, square] = [0, 0];
    for (let x = 0; x < width; x++) {
      const value = values[y * width + x] as number;
      sum += value;
      square += value * value;
      const at = (y + 1) * wide + x + 1;
      sums[at] = (sums[at - wide] as number) + sum;
      squares[at] = (squares[at - wide] as number) + square;
    }
  }
  return { sums, squares, wide };
}

// Copies a block without its mean; returns its deviation.
function takePatch(
  values: Float32Array,
  width: number,
  { left, top, across, down }: Block,
  patch: Float32Array,
) {
  let sum = 0;
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const value = values[(top + y) * width + left + x] as number;
      patch[y * across + x] = value;
      sum += value;
    }
  }
  const mean = sum / patch.length;
  let squares = 0;
  for (let at = 0; at < patch.length; at++) {
    const value = (patch[at] as number) - mean;
    patch[at] = value;
    squares += value * value;
  }
  return Math.sqrt(squares / patch.length);
}

function bestMatch(
  patch: Float32Array,
  deviation: number,
  other: Float32Array,
  { sums, squares, wide }: ReturnType<typeof momentsOf>,
  { left, top, across, down, width, height }: Block & Size,
): { value: number; deviation: number } {
  const count = patch.length;
  const over = (table: Float64Array, x: number, y: number) =>
    (table[(y + down) * wide + x + across] as number) -
    (table[y * wide + x + across] as number) -
    (table[(y + down) * wide + x] as number) +
    (table[y * wide + x] as number);
  const best = { value: -1, deviation: 0 };
  for (let y = Math.max(0, top - reach); y <= Math.min(height - down, top + reach); y++) {
    for (let x = Math.max(0, left - reach); x <= Math.min(width - across, left + reach); x++) {
      const mean = over(sums, x, y) / count;
      const spread = Math.sqrt(Math.max(0, over(squares, x, y) / count - mean * mean));
      let product = 0;
      for (let row = 0; row < down; row++) {
        const from = (y + row) * width + x;
        const at = row * across;
        for (let column = 0; column < across; column++) {
          product += (patch[at + column] as number) * (other[from + column] as number);
        }
      }
      const deviations =
        Math.max(deviation, spread / mostContrast) * Math.max(spread, deviation / mostContrast);
      const value = (product / count + c3) / (deviations + c3);
      if (value <= best.value) continue;
      best.value = value;
      best.deviation = spread;
    }
  }
  return best;
}

function meanOf(values: Float32Array, width: number, { left, top, across, down }: Block): number {
  let sum = 0;
  for (let y = top; y < top + down; y++) {
    for (let x = left; x < left + across; x++) sum += values[y * width + x] as number;
  }
  return sum / (across * down);
}
