import type { Analysis } from './analyse.ts';
import { blueWeight, greenWeight, redWeight } from './statistics.ts';
import type { PlanStep } from './steps.ts';
import { makeStrip } from './strip.ts';
import { toneMapOf } from './tone.ts';
import { makeTables, toneStrip } from './tone-strip.ts';

const levels = 2047;

/**
 * What `steps` make of the sample of a picture, as a new list of RGB triplets 0..1: the next step is decided on the result
 * of those before.
 */
export function tryOut(
  { pixels, base, veil }: Pick<Analysis, 'pixels' | 'base' | 'veil'>,
  steps: readonly PlanStep[],
): Float32Array {
  const map = toneMapOf(steps);
  if (map === undefined) return pixels;
  const strip = makeStrip(base.length);
  strip.base.set(base);
  strip.veil.set(veil);
  for (let x = 0, at = 0; x < strip.count; x++, at += 3) {
    const red = pixels[at] as number;
    const green = pixels[at + 1] as number;
    const blue = pixels[at + 2] as number;
    strip.red[x] = red;
    strip.green[x] = green;
    strip.blue[x] = blue;
    strip.luma[x] = redWeight * red + greenWeight * green + blueWeight * blue;
  }
  toneStrip(strip, makeTables(map, levels));
  const out = new Float32Array(pixels.length);
  for (let x = 0, at = 0; x < strip.count; x++, at += 3) {
    out[at] = strip.red[x] as number;
    out[at + 1] = strip.green[x] as number;
    out[at + 2] = strip.blue[x] as number;
  }
  return out;
}
