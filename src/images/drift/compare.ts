// Compares a result with the picture it was made of.
import { colourDistance } from './colour.ts';
import type { Drift, DriftMeasures, DriftTolerance } from './drift.ts';
import { keptEdges } from './edges.ts';
import { judge } from './judge.ts';
import { isSame } from './same.ts';
import { lumaOf, type Small } from './small.ts';
import { likeness, meanOfPart } from './structure.ts';

/**
 * Both pictures in one small size. `mayChange` says by how much a pixel was free to change, 0 to 1: what was is not compared,
 * and must have changed at least somewhere.
 */
export function compare(
  source: Small,
  result: Small,
  tolerance: DriftTolerance,
  mayChange?: Float32Array,
): Drift {
  const weights = weightsOf(source, result, mayChange);
  const [before, after] = [lumaOf(source), lumaOf(result)];
  const part = parts[tolerance.of];
  const blocks = likeness(before, after, source, weights);
  const measures: DriftMeasures = {
    structure: rounded(meanOfPart(blocks, part.share, part.which)),
    colour: rounded(colourDistance(source, result, weights)),
    edges: rounded(keptEdges(before, after, source, weights)),
    blank: isBlank(source, result),
    unchanged: isSame(source, result, mayChange),
  };
  return { measures, reasons: judge(measures, tolerance) };
}

const parts = {
  picture: { share: 0.25, which: 'least' },
  rest: { share: 0.6, which: 'most' },
  subject: { share: 0.2, which: 'most' },
} as const;

/** A cut-out of the picture's own pixels, by what is left to be seen of what there was. */
export function compareCutOut(source: Small, cutOut: Small, tolerance: DriftTolerance): Drift {
  const left = total(cutOut) / Math.max(1, total(source));
  const measures: DriftMeasures = {
    ...{ structure: 1, colour: 0, edges: 1 },
    blank: left < leastLeft,
    unchanged: left > mostLeft,
  };
  return { measures, reasons: judge(measures, tolerance) };
}

const leastLeft = 0.003;
const mostLeft = 0.997;

function total({ weights, width, height }: Small): number {
  return weights?.reduce((sum, weight) => sum + weight, 0) ?? width * height;
}

// What is transparent in either has no colour to compare.
function weightsOf(source: Small, result: Small, mayChange?: Float32Array): Float32Array | undefined {
  if (source.weights === undefined && result.weights === undefined && mayChange === undefined)
    return undefined;
  return Float32Array.from({ length: source.width * source.height }, (_, pixel) => {
    const shown = (source.weights?.[pixel] ?? 1) * (result.weights?.[pixel] ?? 1);
    return shown * (1 - (mayChange?.[pixel] ?? 0));
  });
}

// Of 255: less than a fog shows, and much less than the picture did.
const plainDeviation = 6;

function isBlank(source: Small, result: Small): boolean {
  const deviation = deviationOf(result);
  return deviation < plainDeviation && deviation < deviationOf(source) / 3;
}

function deviationOf({ rgb }: Small): number {
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  for (let at = 0; at < rgb.length; at++) {
    const value = rgb[at] as number;
    sums[at % 3] = (sums[at % 3] as number) + value;
    squares[at % 3] = (squares[at % 3] as number) + value * value;
  }
  const count = rgb.length / 3;
  const spread = (c: number) => (squares[c] as number) / count - ((sums[c] as number) / count) ** 2;
  return Math.sqrt(Math.max(0, spread(0), spread(1), spread(2)));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
