import type { Dehaze } from './dehaze.ts';
import type { PlanStep, ToneStep } from './steps.ts';

/** The tone and colour steps of a plan, in the order they are applied. */
export interface ToneMap {
  /** For red, green and blue (grey uses the second): code value 0 to 1 in, 0 to 1 out. All keep or raise order. */
  readonly curves: readonly [Curve, Curve, Curve];
  readonly dehaze: Dehaze | undefined;
  /** For all channels, after `dehaze`; without that all curves are in `curves`. */
  readonly later: Curve | undefined;
  readonly fillLight: number;
  readonly localContrast: number;
  readonly vibrance: number;
}

export type Curve = (value: number) => number;

/** Joins the tone and colour steps among `steps`; undefined if there are none. */
export function toneMapOf(steps: readonly PlanStep[]): ToneMap | undefined {
  const tone = steps.filter(isToneStep);
  if (tone.length === 0) return undefined;
  const gains = [1, 1, 1] as [number, number, number];
  const levels: Curve[] = [];
  let light = 1;
  let dehaze: Dehaze | undefined;
  const amounts = { 'fill-light': 0, 'local-contrast': 0, vibrance: 0 };
  for (const step of tone) {
    if (step.name === 'white-balance') {
      gains[0] *= step.redGain;
      gains[1] *= step.greenGain;
      gains[2] *= step.blueGain;
    } else if (step.name === 'dehaze') {
      const [red, green, blue] = step.airOf255;
      dehaze = { amount: step.amount, air: [red / 255, green / 255, blue / 255] };
    } else if (step.name === 'exposure') {
      light *= 2 ** step.ev;
    } else if (step.name === 'contrast') {
      levels.push(levelsCurve(step.blackOf255 / 255, step.whiteOf255 / 255));
    } else {
      amounts[step.name] += step.amount;
    }
  }
  const join = (gain: number): Curve => {
    const lit = lightCurve(gain);
    return (x) => levels.reduce((value, curve) => curve(value), lit(x));
  };
  const firstOf = (gain: number) => (dehaze === undefined ? join(gain * light) : lightCurve(gain));
  return {
    curves: [firstOf(gains[0]), firstOf(gains[1]), firstOf(gains[2])],
    dehaze,
    later: dehaze === undefined || (light === 1 && levels.length === 0) ? undefined : join(light),
    fillLight: amounts['fill-light'],
    localContrast: amounts['local-contrast'],
    vibrance: amounts.vibrance,
  };
}

/** Whether a step depends on the surroundings of a pixel. */
export function needsLight({ dehaze, fillLight, localContrast }: ToneMap): boolean {
  return dehaze !== undefined || fillLight !== 0 || localContrast !== 0;
}

function isToneStep(step: PlanStep): step is ToneStep {
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
