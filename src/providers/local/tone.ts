import type { PlanStep, ToneStep } from './steps.ts';

/** The tone and colour steps of a plan, as one map from pixel to pixel. */
export interface ToneMap {
  /** For red, green and blue (grey uses the second): code value 0 to 1 in, 0 to 1 out. All keep or raise order. */
  readonly curves: readonly [Curve, Curve, Curve];
  readonly vibrance: number;
}

export type Curve = (value: number) => number;

/** Joins the tone and colour steps among `steps`; undefined if there are none. */
export function toneMapOf(steps: readonly PlanStep[]): ToneMap | undefined {
  const tone = steps.filter(isToneStep);
  if (tone.length === 0) return undefined;
  const gains = [1, 1, 1] as [number, number, number];
  const later: Curve[] = [];
  let vibrance = 0;
  for (const step of tone) {
    if (step.name === 'white-balance') {
      gains[0] *= step.redGain;
      gains[1] *= step.greenGain;
      gains[2] *= step.blueGain;
    } else if (step.name === 'exposure') {
      for (const c of [0, 1, 2] as const) gains[c] *= 2 ** step.ev;
    } else if (step.name === 'contrast') {
      later.push(levelsCurve(step.blackOf255 / 255, step.whiteOf255 / 255));
    } else if (step.name === 'fill-light') {
      later.push((x) => x + step.amount * x * (1 - x) ** 4);
    } else if (step.name === 'vibrance') {
      vibrance += step.amount;
    }
  }
  const join = (gain: number): Curve => {
    const light = lightCurve(gain);
    return (x) => later.reduce((value, curve) => curve(value), light(x));
  };
  return { curves: [join(gains[0]), join(gains[1]), join(gains[2])], vibrance };
}

export function isToneStep(step: PlanStep): step is ToneStep {
  return (
    step.name !== 'denoise' && step.name !== 'sharpen' && step.name !== 'expand' && step.name !== 'upscale'
  );
}

const knee = 0.7;

/**
 * A factor on linear light (sRGB transfer function, IEC 61966-2-1) that keeps black and white where they are: more light
 * rolls off above the knee instead of cutting highlights, less light bends back up to white.
 */
function lightCurve(gain: number): Curve {
  if (gain === 1) return (x) => x;
  if (gain < 1) {
    const slope = encode(gain * decode(0.5)) / 0.5;
    const bend = slope / (2 - slope);
    return (x) => (x * bend) / (1 - (1 - bend) * x);
  }
  const top = encode(gain);
  const steepness = (top - knee) / (1 - knee);
  return (x) => {
    const lit = encode(gain * decode(x));
    if (lit <= knee) return lit;
    return knee + (1 - knee) * (1 - (1 - Math.min(1, (lit - knee) / (top - knee))) ** steepness);
  };
}

const roundness = 0.06;

// A straight line from black to white, with both corners rounded so that what lies beyond them is pressed, not cut.
function levelsCurve(black: number, white: number): Curve {
  const slope = 1 / (white - black);
  const toe = Math.min(black, roundness);
  const shoulder = Math.min(1 - white, roundness);
  return (x) => {
    if (x < black + toe) return toe === 0 ? 0 : (slope * Math.max(0, x - black + toe) ** 2) / (4 * toe);
    if (x > white - shoulder) {
      return shoulder === 0 ? 1 : 1 - (slope * Math.max(0, white + shoulder - x) ** 2) / (4 * shoulder);
    }
    return slope * (x - black);
  };
}

/** Code value 0 to 1 to linear light. */
export function decode(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Linear light to code value; goes on above 1. */
export function encode(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
