import type { EdgesWish } from '../../images/edges.ts';
import type { Analysis } from './analyse.ts';
import { estimateCast } from './cast.ts';
import type { Look, LookStep } from './look.ts';
import { planDehazing, planLocalContrast } from './plan-depth.ts';
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
  /** What is added beyond the edges of each picture; nothing if left out. */
  readonly expand?: EdgesWish;
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

/** A wish of the look at the strength asked for. */
export interface Wanted {
  /** Share of a measured fault that is corrected. */
  readonly reach: number;
  /** Least amount, in the step's own unit; 0 where only faults are corrected. */
  readonly least: number;
  /** Factor on the thresholds from which a fault counts. */
  readonly trigger: number;
}

/**
 * Decides what to do about a picture. Each tone step is decided on what the steps before it leave, is only as strong as
 * the measured fault and the look ask for, and is left out where its guard speaks against it.
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
    const wanted = (name: LookStep) => wantedOf(recipe.look, name, strength);
    planTones(analysis, wanted, steps, take);
    planDetail(analysis, wanted, steps, take, recipe.scale);
  }
  if (recipe.scale !== 1) {
    const [width, height] = [analysis.width * recipe.scale, analysis.height * recipe.scale];
    steps.push({ name: 'upscale', factor: recipe.scale, why: `asked for: ${width} x ${height} pixels` });
  }
  return { steps, skipped };
}

type WantedOf = (name: LookStep) => Wanted | undefined;

// At the usual strength 0.85 of a fault is corrected, at full strength all of it.
function wantedOf(look: Look, name: LookStep, strength: number): Wanted | undefined {
  const wish = look[name];
  if (wish === undefined || wish.share <= 0) return undefined;
  const { share, least = 0, trigger = 1 } = wish;
  return { reach: Math.min(1, strength * 1.3) * share, least: least * strength, trigger };
}

function planTones(
  analysis: Analysis,
  wanted: WantedOf,
  steps: PlanStep[],
  take: (decision: Decision) => void,
): void {
  let { pixels, tone } = analysis;
  const consider = (name: LookStep, decide: (tone: ToneStatistics, wanted: Wanted) => Decision) => {
    const wish = wanted(name);
    if (wish === undefined) return;
    const before = steps.length;
    take(decide(tone, wish));
    if (steps.length === before) return;
    pixels = tryOut(analysis, steps);
    tone = measureTone(pixels);
  };
  if (analysis.colour) consider('white-balance', (now, wish) => planWhiteBalance(analysis.cast, now, wish));
  consider('dehaze', (_, wish) => planDehazing(analysis, pixels, wish));
  consider('exposure', (now, wish) => planExposure(now, -analysis.cast.average.warmth, wish));
  const isLit = () => steps.some((step) => step.name === 'exposure' && step.ev > 0.5);
  consider('contrast', (now, wish) => planContrast(now, isLit(), wish));
  consider('fill-light', planFillLight);
  consider('local-contrast', (_, wish) => planLocalContrast(analysis, wish));
  if (analysis.colour) {
    consider('vibrance', (now, wish) => planVibrance(now, () => estimateCast(pixels).colourSpread, wish));
  }
}

function planDetail(
  analysis: Analysis,
  wanted: WantedOf,
  steps: PlanStep[],
  take: (decision: Decision) => void,
  scale: LocalRecipe['scale'],
): void {
  const denoise = wanted('denoise');
  if (denoise) take(planDenoising(analysis, denoise, steps));
  // Noise goes first, before anything makes it stronger.
  steps.sort((a, b) => Number(b.name === 'denoise') - Number(a.name === 'denoise'));
  const sharpen = wanted('sharpen');
  if (sharpen === undefined) return;
  if (scale === 1 || sharpen.least > 0) take(planSharpening(analysis, sharpen, steps));
  else take({ name: 'sharpen', skip: 'the picture is enlarged' });
}
