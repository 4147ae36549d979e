/** Cells of one page, `columns * rows`, and how much each counts (0: not at all). */
export interface Page {
  readonly columns: number;
  readonly rows: number;
  readonly weights: Float32Array;
}

/** A value as an affine function of its guide, by cell. */
export interface Affine {
  readonly slope: Float32Array;
  readonly offset: Float32Array;
}

/**
 * Guided filter (He, Sun, Tang 2010) with windows of `radius` cells, in the form of He and Sun 2015 that keeps the
 * coefficients: `target`, smoothed where `guide` has a variance below `epsilon` and following it across its edges.
 * Means count cells by their weights; where a window has none, the result is the affine function `fallback`.
 */
export function guidedFilter(
  page: Page,
  guide: Float32Array,
  target: Float32Array,
  radius: number,
  epsilon: number,
  fallback: readonly [slope: number, offset: number],
): Affine {
  const { weights } = page;
  const count = weights.length;
  const box = (values: Cells) => boxSums(page, values, radius);
  const seen = box(weights);
  const sumGuide = box(product(weights, guide));
  const sumSquares = box(product(weights, guide, guide));
  const self = target === guide;
  const sumTarget = self ? sumGuide : box(product(weights, target));
  const sumBoth = self ? sumSquares : box(product(weights, guide, target));
  // Windows count by what they have seen, so that those at a border or a cut-out say less.
  const slopes = new Float32Array(count);
  const offsets = new Float32Array(count);
  for (let at = 0; at < count; at++) {
    const weight = seen[at] as number;
    if (weight < leastWeight) continue;
    const meanGuide = (sumGuide[at] as number) / weight;
    const meanTarget = (sumTarget[at] as number) / weight;
    const variance = Math.max(0, (sumSquares[at] as number) / weight - meanGuide * meanGuide);
    const covariance = (sumBoth[at] as number) / weight - meanGuide * meanTarget;
    const slope = covariance / (variance + epsilon);
    slopes[at] = slope * weight;
    offsets[at] = (meanTarget - slope * meanGuide) * weight;
  }
  const slope = box(slopes);
  const offset = box(offsets);
  const total = box(seen);
  for (let at = 0; at < count; at++) {
    const weight = total[at] as number;
    slope[at] = weight < leastWeight ? fallback[0] : (slope[at] as number) / weight;
    offset[at] = weight < leastWeight ? fallback[1] : (offset[at] as number) / weight;
  }
  return { slope: Float32Array.from(slope), offset: Float32Array.from(offset) };
}

type Cells = Float32Array | Float64Array;

// Below this only the rounding of the sums is left.
const leastWeight = 1e-3;

function product(one: Float32Array, other: Float32Array, third?: Float32Array): Float64Array {
  const out = new Float64Array(one.length);
  for (let at = 0; at < out.length; at++) {
    out[at] = (one[at] as number) * (other[at] as number) * (third === undefined ? 1 : (third[at] as number));
  }
  return out;
}

// Sums over squares of 2 * radius + 1 cells, cut off at the borders, in a time that does not depend on the radius.
function boxSums({ columns, rows }: Page, values: Cells, radius: number): Float64Array {
  const along = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, columns); x++) sum += values[start + x] as number;
    for (let x = 0; x < columns; x++) {
      if (x + radius < columns) sum += values[start + x + radius] as number;
      if (x > radius) sum -= values[start + x - radius - 1] as number;
      along[start + x] = sum;
    }
  }
  const out = new Float64Array(values.length);
  const sums = new Float64Array(columns);
  const add = (row: number, sign: 1 | -1) => {
    const start = row * columns;
    for (let x = 0; x < columns; x++) {
      sums[x] = (sums[x] as number) + sign * (along[start + x] as number);
    }
  };
  for (let row = 0; row < Math.min(radius, rows); row++) add(row, 1);
  for (let row = 0; row < rows; row++) {
    if (row + radius < rows) add(row + radius, 1);
    if (row > radius) add(row - radius - 1, -1);
    out.set(sums, row * columns);
  }
  return out;
}
