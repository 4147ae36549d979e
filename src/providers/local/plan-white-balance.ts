import type { CastEstimates } from './cast.ts';
import type { Decision, Wanted } from './plan.ts';
import { blueWeight, greenWeight, redWeight, type ToneStatistics } from './statistics.ts';

// Logarithms of ratios of code values: 0.1 is a difference of 10 %. A cast below the first figure may be the scene's own
// light and stays, one above the second is corrected as a whole.
const warmthRange = [0.1, 0.3] as const;
const greenRange = [0.05, 0.15] as const;
const worthwhile = 0.06;
const most = 0.6;
// White that is this tinted has lost the edges in its strongest channel; the edges then tell too little.
const strongPatch = 0.6;
// Code values are about light to the power of 1 / 2.2.
const gamma = 2.2;

/**
 * White balance where two estimators, the bright patch and the edges, agree that the light is tinted; the weaker is taken.
 * Skipped where the bright patch may be a coloured thing itself, or where the picture has one colour only.
 */
export function planWhiteBalance(
  cast: CastEstimates,
  tone: ToneStatistics,
  { reach, trigger }: Wanted,
): Decision {
  const strong = Math.abs(cast.patch.warmth) > strongPatch && tone.brightest > 0.99 && tone.whiteShare < 0.02;
  const warmth = agreed(cast.patch.warmth, cast.edges.warmth, warmthRange, trigger, strong);
  const green = agreed(cast.patch.green, cast.edges.green, greenRange, trigger, false);
  // White that is there already speaks against a cast.
  const trust = Math.max(0, Math.min(1, (0.08 - tone.whiteShare) / 0.07));
  const warmer = limit(warmth) * reach * trust;
  const greener = limit(green) * reach * trust;
  if (Math.abs(warmer) < worthwhile && Math.abs(greener) < worthwhile) return undefined;
  const skip = guard(cast, tone);
  if (skip !== undefined) return { name: 'white-balance', skip };
  const logs = [-warmer / 2 + greener / 3, (-2 * greener) / 3, warmer / 2 + greener / 3] as const;
  // Half-way between keeping luma, which tints cut-off white, and only ever raising channels, which brightens.
  const least = (Math.min(...logs) + redWeight * logs[0] + greenWeight * logs[1] + blueWeight * logs[2]) / 2;
  const [redGain, greenGain, blueGain] = logs.map((log) =>
    Number(Math.exp((log - least) * gamma).toFixed(3)),
  ) as [number, number, number];
  return { name: 'white-balance', redGain, greenGain, blueGain, why: reason(warmth, green) };
}

// The weaker of two figures of one sign (their geometric mean if `strong`), faded in over the range; 0 where they disagree.
function agreed(
  one: number,
  other: number,
  [from, to]: readonly [number, number],
  trigger: number,
  strong: boolean,
): number {
  if (one * other <= 0) return 0;
  const size = strong ? Math.sqrt(one * other) : Math.min(Math.abs(one), Math.abs(other));
  return Math.sign(one) * size * Math.max(0, Math.min(1, (size - from * trigger) / ((to - from) * trigger)));
}

function limit(value: number): number {
  return Math.max(-most, Math.min(most, value));
}

function guard(cast: CastEstimates, tone: ToneStatistics): string | undefined {
  if (cast.colourSpread < 0.05) return 'the picture has one colour only';
  if (cast.patchLuma < 0.35) return 'there is no bright patch to measure by';
  // White under the strongest of lamps is less than so saturated; where no channel is cut off, much less.
  if (cast.patchSaturation > (tone.brightest < 0.98 ? 0.45 : 0.7))
    return 'the brightest parts are strongly coloured';
  return undefined;
}

function reason(warmth: number, green: number): string {
  const parts = [];
  if (warmth !== 0) parts.push(`${percent(warmth)} too ${warmth > 0 ? 'warm' : 'cool'}`);
  if (green !== 0) parts.push(`${percent(green)} too ${green > 0 ? 'green' : 'magenta'}`);
  return `bright parts and edges agree: ${parts.join(', ')}`;
}

function percent(log: number): string {
  return `${Math.round((Math.exp(Math.abs(log)) - 1) * 100)} %`;
}
