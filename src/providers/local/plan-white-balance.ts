import type { CastEstimates } from './cast.ts';
import type { Decision } from './plan.ts';
import { blueWeight, greenWeight, redWeight, type ToneStatistics } from './statistics.ts';

// Logarithms of ratios of code values: 0.1 is a difference of 10 %.
const unnoticed = 0.06;
const worthwhile = 0.04;
const most = 0.45;
// Code values are about light to the power of 1 / 2.2.
const gamma = 2.2;

/**
 * White balance where two estimators agree that the light is tinted; the weaker is taken. Skipped where the bright
 * patch may be a coloured thing itself, or where the picture has one colour only.
 */
export function planWhiteBalance(cast: CastEstimates, tone: ToneStatistics, reach: number): Decision {
  const warmth = agreed(cast.average.warmth, cast.patch.warmth);
  const green = agreed(cast.average.green, cast.patch.green);
  if (warmth === 0 && green === 0) return undefined;
  const skip = guard(cast, tone);
  if (skip !== undefined) return { name: 'white-balance', skip };
  const warmer = limit(warmth) * reach;
  const greener = limit(green) * reach;
  if (Math.abs(warmer) < worthwhile && Math.abs(greener) < worthwhile) return undefined;
  const logs = [-warmer / 2 + greener / 3, (-2 * greener) / 3, warmer / 2 + greener / 3] as const;
  const least = Math.min(...logs);
  const [redGain, greenGain, blueGain] = logs.map((log) =>
    Number(Math.exp((log - least) * gamma).toFixed(3)),
  ) as [number, number, number];
  return { name: 'white-balance', redGain, greenGain, blueGain, why: reason(warmth, green) };
}

// The weaker of two figures of one sign, less what nobody notices; 0 where they disagree.
function agreed(one: number, other: number): number {
  if (one * other <= 0) return 0;
  const weaker = Math.min(Math.abs(one), Math.abs(other)) - unnoticed;
  return weaker <= 0 ? 0 : Math.sign(one) * weaker;
}

function limit(value: number): number {
  return Math.max(-most, Math.min(most, value));
}

function guard(cast: CastEstimates, tone: ToneStatistics): string | undefined {
  if (cast.colourSpread < 0.05) return 'the picture has one colour only';
  if (cast.patchLuma < 0.35) return 'there is no bright patch to measure by';
  if (cast.patchSaturation > 0.45 && tone.brightest < 0.98)
    return 'the brightest parts are strongly coloured';
  return undefined;
}

function reason(warmth: number, green: number): string {
  const parts = [];
  if (warmth !== 0) parts.push(`${percent(warmth)} too ${warmth > 0 ? 'warm' : 'cool'}`);
  if (green !== 0) parts.push(`${percent(green)} too ${green > 0 ? 'green' : 'magenta'}`);
  return `bright parts and average agree: ${parts.join(', ')}`;
}

function percent(log: number): string {
  return `${Math.round((Math.exp(Math.abs(log)) - 1) * 100)} %`;
}

/** What gains on linear light do to luma of a neutral grey, in stops. */
export function stopsOf(redGain: number, greenGain: number, blueGain: number): number {
  return Math.log2(redWeight * redGain + greenWeight * greenGain + blueWeight * blueGain);
}
