import type { Raster } from '../../images/raster.ts';
import { denoise } from './denoise.ts';
import { expand } from './expand.ts';
import { enlarge } from './lanczos.ts';
import type { LightMap } from './light-map.ts';
import type { Plan } from './plan.ts';
import { sharpen } from './sharpen.ts';
import { toneMapOf } from './tone.ts';
import { applyTone } from './tone-pass.ts';

/**
 * Carries a plan out, with the light that was measured when the raster was analysed: noise first, then all tone and colour
 * steps in one pass, then sharpening, all in place; adding edges and enlarging return a new raster. Alpha keeps its
 * values, grey stays grey, every page is handled by itself with the same plan.
 */
export function applyPlan(raster: Raster, plan: Plan, light: LightMap): Raster {
  for (const step of plan.steps) if (step.name === 'denoise') denoise(raster, step.sigmaOf255);
  const map = toneMapOf(plan.steps);
  if (map !== undefined) applyTone(raster, map, light);
  for (const step of plan.steps)
    if (step.name === 'sharpen') sharpen(raster, step.amount, step.thresholdOf255);
  return plan.steps.reduce(
    (done, step) =>
      step.name === 'expand'
        ? expand(done, step)
        : step.name === 'upscale'
          ? enlarge(done, step.factor)
          : done,
    raster,
  );
}
