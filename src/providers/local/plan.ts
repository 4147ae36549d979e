import type { Analysis } from './analyse.ts';
import { estimateCast } from './cast.ts';
import type { Look } from './look.ts';
import { planDenoising, planSharpening } from './plan-detail.ts';
import { planContrast, planExposure, planFillLight, planVibrance } from './plan-tone.ts';
import { planWhiteBalance } from './plan-white-balance.ts';
import { measureTone, type ToneStatistics } from './statistics.ts';
import type { PlanStep } from './steps.ts';
import { tryOut } from './try-out.ts';

export { describePlan } from './describe.ts';
export type { PlanStep } from './steps.ts';

/** What the user asks of the provider `local`. */
export interface LocalRecipe {
  readonly look: Look;
  /** How many times as wide and high the result is. */
  readonly scale: 1 | 2 | 4;
  /** 0 does nothing, 0.65 is the usual, 1 the most. */
  readonly strength: number;
}

/** A step that was considered and left out, and the measured reason. */
export interface Skipped {
  readonly name: PlanStep['name'];
  readonly why: string;
}

/** What will be done to one picture; plain data. No steps: nothing to do. */
export interface Plan {
  readonly steps: readonly PlanStep[];
  readonly skipped: readonly Skipped[];
}

/** A step, the reason for none, or nothing worth a word. */
export type Decision = PlanStep | { readonly name: PlanStep['name']; readonly skip: string } | undefined;

/**
 * Decides what to do about a picture. Each tone step is decided on what the steps before it leave, is only as strong as
 * the measured fault, and is left out where its guard speaks against it.
 */
export function makePlan(analysis: Analysis, recipe: LocalRecipe): Plan {
  const steps: PlanStep[] = [];
  const skipped: Skipped[] = [];
  const take = (decision: Decision) => {
    if (decision === undefined) return;
    if ('skip' in decision) skipped.push({ name: decision.name, why: decision.skip });
    else steps.push(decision);
  };
  const strength = Math.max(0, Math.min(1, recipe.strength));
  if (strength > 0 && analysis.pixels.length > 0) {
    const asked = recipe.look.sharpen?.least !== undefined;
    if (recipe.look.exposure) planEnhancement(analysis, reachOf(strength), steps, take);
    // Noise goes first, before anything makes it stronger.
    steps.sort((a, b) => Number(b.name === 'denoise') - Number(a.name === 'denoise'));
    if (recipe.look.sharpen && (recipe.scale === 1 || asked))
      take(planSharpening(analysis, strength, steps, asked));
    else skipped.push({ name: 'sharpen', why: 'the picture is enlarged' });
  }
  if (recipe.scale !== 1) {
    const [width, height] = [analysis.width * recipe.scale, analysis.height * recipe.scale];
    steps.push({ name: 'upscale', factor: recipe.scale, why: `asked for: ${width} x ${height} pixels` });
  }
  return { steps, skipped };
}

/** The share of a measured fault that is corrected: 0.85 at the usual strength, at most all of it. */
export function reachOf(strength: number): number {
  return Math.min(1, strength * 1.3);
}

function planEnhancement(
  analysis: Analysis,
  reach: number,
  steps: PlanStep[],
  take: (decision: Decision) => void,
): void {
  if (analysis.colour) take(planWhiteBalance(analysis.cast, analysis.tone, reach));
  let pixels = tryOut(analysis, steps);
  let tone = steps.length === 0 ? analysis.tone : measureTone(pixels);
  const consider = (decide: (tone: ToneStatistics, reach: number) => Decision) => {
    const before = steps.length;
    take(decide(tone, reach));
    if (steps.length === before) return;
    pixels = tryOut(analysis, steps);
    tone = measureTone(pixels);
  };
  consider(planExposure);
  consider(planContrast);
  consider(planFillLight);
  if (analysis.colour) take(planVibrance(tone, () => estimateCast(pixels).colourSpread, reach));
  take(planDenoising(analysis, reach, steps));
}
