// The flags that say how much a run may cost, and who is asked.
import { dollars, parseDollars } from '../../money.ts';
import type { Settings } from '../../settings/settings.ts';
import { printable } from '../../text.ts';
import { chosen, optional, whole } from './flag-values.ts';
import type { EnhanceFlags } from './flags.ts';
import { usage } from './usage.ts';

/** Money in micro-dollars. */
export interface Spending {
  /** The most the run may cost; undefined without a bound of its own. */
  readonly maxCostMicrousd: number | undefined;
  /** Whether everything is approved beforehand. */
  readonly yes: boolean;
  /** Pictures that are made first; undefined where nothing was said. */
  readonly sample: number | undefined;
  /** What a picture of the sample may cost for the rest to be approved without a question. */
  readonly approveUnderMicrousd: number | undefined;
  readonly confirmAboveMicrousd: number;
}

export const spendingFlags = {
  maxCost: '--max-cost',
  yes: '--yes',
  sample: '--sample',
  approveUnder: '--approve-under',
} as const;

/** Throws CommandError (2) naming the flag that is wrong. */
export function checkSpending(flags: EnhanceFlags, settings: Settings): Spending {
  if (flags.approveUnder !== undefined && flags.sample === undefined) {
    throw usage('--approve-under goes with --sample', 'for example --sample 5 --approve-under 0.06');
  }
  return {
    maxCostMicrousd: optional(flags.maxCost, sum('--max-cost')),
    yes: flags.yes ?? false,
    sample: optional(flags.sample, (text) => whole('--sample', text, 1)),
    approveUnderMicrousd: optional(flags.approveUnder, sum('--approve-under')),
    confirmAboveMicrousd: sum('confirm-above')(chosen('confirm-above', undefined, settings) ?? '1'),
  };
}

function sum(flag: string): (text: string) => number {
  return (text) => {
    const value = parseDollars(text);
    if (value !== undefined) return value;
    throw usage(`${flag} ${printable(text)} is not a sum of dollars`, `for example ${dollars(5e6)} or 0.06`);
  };
}
