import type { PlanStep } from './steps.ts';

/** The steps that a look may take, in the order they are applied. */
export type LookStep = Exclude<PlanStep['name'], 'expand' | 'upscale'>;

/** What is wanted of one step. All steps are measured; a wish says what is made of the measurement. */
export interface StepWish {
  /** Share of the measured fault that is mended at full strength: 1 is what `auto` does. */
  readonly share: number;
  /** The least amount at full strength, in the step's own unit, also where nothing is measured to be missing. */
  readonly least?: number;
  /** Where a fault begins to count, as a factor on the usual threshold: below 1 smaller ones do, too. */
  readonly trigger?: number;
}

/** What a preset does, as data: the wish by step; steps that are not named are left out. */
export type Look = Readonly<Partial<Record<LookStep, StepWish>>>;
