import { blueWeight, greenWeight, redWeight } from './statistics.ts';
import type { PlanStep } from './steps.ts';
import { toneMapOf } from './tone.ts';
import { vibranceFactor } from './vibrance.ts';

/** What `steps` make of RGB triplets 0..1, as a new list: the next step is decided on the result of those before. */
export function tryOut(pixels: Float32Array, steps: readonly PlanStep[]): Float32Array {
  const map = toneMapOf(steps);
  if (map === undefined) return pixels;
  const [red, green, blue] = map.curves.map(table) as [Float32Array, Float32Array, Float32Array];
  const out = new Float32Array(pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    const r = red[index(pixels[at] as number)] as number;
    const g = green[index(pixels[at + 1] as number)] as number;
    const b = blue[index(pixels[at + 2] as number)] as number;
    const factor = map.vibrance === 0 ? 1 : vibranceFactor(r, g, b, map.vibrance);
    const rest = (1 - factor) * (redWeight * r + greenWeight * g + blueWeight * b);
    out[at] = factor * r + rest;
    out[at + 1] = factor * g + rest;
    out[at + 2] = factor * b + rest;
  }
  return out;
}

const levels = 2047;

function table(curve: (value: number) => number): Float32Array {
  return Float32Array.from({ length: levels + 1 }, (_, value) => curve(value / levels));
}

function index(value: number): number {
  return Math.round(value * levels);
}
