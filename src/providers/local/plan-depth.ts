import type { Analysis } from './analyse.ts';
import type { Decision, Wanted } from './plan.ts';
import { ramp } from './ramp.ts';
import { blueWeight, greenWeight, redWeight } from './statistics.ts';

// Share of the cells that show the veil itself: the farthest or thickest.
const thickest = 0.01;
// Dark channel, in shares of the air's luma: photographs in clear air have a median below the first, haze above the second.
const clear = 0.3;
const hazy = 0.6;
// Haze lies before everything, though least before what is near: the same of the clearest twentieth.
const nearClear = 0.05;
const nearHazy = 0.15;
const worthwhile = 0.1;
const noisy = 12;

/** Takes haze away where even the darkest channel of most surroundings is light (dark channel prior, He et al. 2009). */
export function planDehazing(
  { veil, tone }: Pick<Analysis, 'veil' | 'tone'>,
  pixels: Float32Array,
  { reach, least, trigger }: Wanted,
): Decision {
  const sorted = veil.slice().sort();
  const floor = sorted[Math.floor(sorted.length * (1 - thickest))] ?? 0;
  const air = meanColour(pixels, (cell) => (veil[cell] as number) >= floor);
  const airLuma = redWeight * air[0] + greenWeight * air[1] + blueWeight * air[2];
  const median = (sorted[sorted.length >> 1] ?? 0) / Math.max(0.05, airLuma);
  const near = (sorted[Math.floor(sorted.length / 20)] ?? 0) / Math.max(0.05, airLuma);
  const thickness =
    ramp(median, clear * trigger, hazy * trigger) * ramp(near, nearClear * trigger, nearHazy * trigger);
  const amount = Number(Math.min(0.95, Math.max(thickness * reach, least)).toFixed(2));
  if (tone.whiteShare > 0.1) return { name: 'dehaze', skip: 'much is white: snow, fog or a high key' };
  if (tone.saturation < 0.05)
    return { name: 'dehaze', skip: 'nearly grey: fog, or no colours to bring back' };
  if (airLuma < 0.4) return { name: 'dehaze', skip: 'what is farthest is dark: no haze' };
  if (amount < worthwhile)
    return { name: 'dehaze', skip: `the air is clear (veil ${Math.round(median * 100)} %)` };
  const airOf255 = air.map((value) => Math.round(value * 255)) as [number, number, number];
  return { name: 'dehaze', amount, airOf255, why: `a veil over ${Math.round(median * 100)} % of the light` };
}

/** Raises the contrast within surroundings where the look asks: how much of it a scene has tells nothing of a fault. */
export function planLocalContrast({ noiseSigma }: Pick<Analysis, 'noiseSigma'>, { least }: Wanted): Decision {
  const amount = Number(Math.min(0.6, least).toFixed(2));
  if (amount < worthwhile) return undefined;
  if (noiseSigma >= noisy)
    return { name: 'local-contrast', skip: `noise of deviation ${noiseSigma.toFixed(1)} of 255` };
  return { name: 'local-contrast', amount, why: 'asked for' };
}

function meanColour(pixels: Float32Array, chosen: (cell: number) => boolean): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let cell = 0; cell * 3 < pixels.length; cell++) {
    if (!chosen(cell)) continue;
    count++;
    for (const channel of [0, 1, 2] as const) sums[channel] += pixels[cell * 3 + channel] as number;
  }
  return sums.map((value) => value / Math.max(1, count)) as [number, number, number];
}
