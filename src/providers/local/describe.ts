import type { Plan, Skipped } from './plan.ts';
import type { PlanStep } from './steps.ts';

/** A step with its amount in words, such as "exposure +0.8 EV". */
export type ToldStep = PlanStep & { readonly text: string };

/** A plan as it is told to users. */
export interface ToldPlan {
  readonly steps: readonly ToldStep[];
  /** What was considered and left out. */
  readonly skipped: readonly Skipped[];
  readonly text: string;
}

export function tellPlan(plan: Plan): ToldPlan {
  const steps = plan.steps.map((step) => ({ ...step, text: describeStep(step) }));
  return { steps, skipped: plan.skipped, text: describePlan(plan) };
}

/** A plan in one line, such as "exposure +0.8 EV, white balance -6 % blue, sharpen 0.4"; "nothing to do" if empty. */
export function describePlan(plan: Plan): string {
  return plan.steps.length === 0 ? 'nothing to do' : plan.steps.map(describeStep).join(', ');
}

function describeStep(step: PlanStep): string {
  switch (step.name) {
    case 'denoise':
      return `denoise ${step.sigmaOf255}`;
    case 'white-balance':
      return `white balance ${describeGains(step.redGain, step.greenGain, step.blueGain)}`;
    case 'exposure':
      return `exposure ${signed(step.ev)} EV`;
    case 'contrast':
      return `contrast ${step.blackOf255} to ${step.whiteOf255}`;
    case 'fill-light':
      return `fill light ${step.amount}`;
    case 'dehaze':
      return `dehaze ${step.amount}`;
    case 'local-contrast':
      return `local contrast +${step.amount}`;
    case 'vibrance':
      return `vibrance ${signed(step.amount)}`;
    case 'sharpen':
      return `sharpen ${step.amount}`;
    case 'expand':
      return `expand by ${step.left}, ${step.right}, ${step.top} and ${step.bottom} pixels left, right, above and below`;
    case 'upscale':
      return `upscale ${step.factor}x`;
  }
}

// Gains in percent of code values, against the mean of the three; those nobody would see are left out.
function describeGains(...gains: [number, number, number]): string {
  const logs = gains.map((gain) => Math.log(gain) / 2.2);
  const mean = logs.reduce((sum, log) => sum + log, 0) / 3;
  const names = ['red', 'green', 'blue'];
  return logs
    .map((log, at) => ({ name: names[at], percent: Math.round((Math.exp(log - mean) - 1) * 100) }))
    .filter(({ percent }) => Math.abs(percent) >= 2)
    .map(({ name, percent }) => `${signed(percent)} % ${name}`)
    .join(' ');
}

function signed(value: number): string {
  return value < 0 ? `\u2212${Math.abs(value)}` : `+${value}`;
}
