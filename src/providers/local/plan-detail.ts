import type { Analysis } from './analyse.ts';
import type { Decision, Wanted } from './plan.ts';
import type { PlanStep } from './steps.ts';
import { encode } from './tone.ts';

const visibleNoise = 4;
const faintNoise = 3;
const crispAcuity = 0.15;
const softAcuity = 0.05;
// Less of it nobody sees, and it would be a picture encoded anew for nothing.
const worthwhile = 0.25;
// The softest edges get this much of what is missing; more rings.
const usualShare = 0.77;

/** Denoising, where the noise is visible, or will be once `steps` have lifted the shadows. */
export function planDenoising(
  { noiseSigma }: Analysis,
  { reach, trigger }: Wanted,
  steps: readonly PlanStep[],
): Decision {
  const ev = steps.reduce((sum, step) => sum + (step.name === 'exposure' ? step.ev : 0), 0);
  if (noiseSigma < faintNoise || noiseSigma * encode(2 ** ev) < visibleNoise * trigger) return undefined;
  const sigmaOf255 = round(Math.min(30, noiseSigma) * Math.min(1, reach * 1.18), 1);
  return { name: 'denoise', sigmaOf255, why: `noise of deviation ${noiseSigma.toFixed(1)} of 255` };
}

/** Sharpening as far as edges are soft; on request, also where they are not. Never where it would sharpen noise. */
export function planSharpening(
  { noiseSigma, acuity }: Analysis,
  { reach, least }: Wanted,
  steps: readonly PlanStep[],
): Decision {
  if (steps.some(({ name }) => name === 'denoise') || noiseSigma >= visibleNoise) {
    return { name: 'sharpen', skip: `noise of deviation ${noiseSigma.toFixed(1)} of 255 would be sharpened` };
  }
  if (acuity === undefined && least === 0) return { name: 'sharpen', skip: 'there are no clear edges' };
  const softness =
    acuity === undefined ? 0 : Math.min(1, (crispAcuity - acuity) / (crispAcuity - softAcuity));
  const amount = round(Math.max(least, usualShare * reach * softness), 2);
  if (amount < (least > 0 ? 0.02 : worthwhile))
    return { name: 'sharpen', skip: `edges are crisp (acuity ${acuity?.toFixed(2)})` };
  const why =
    acuity === undefined ? 'asked for' : `edge acuity ${acuity.toFixed(2)}, crisp is ${crispAcuity}`;
  return { name: 'sharpen', amount, thresholdOf255: round(1 + noiseSigma / 2, 1), why };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
