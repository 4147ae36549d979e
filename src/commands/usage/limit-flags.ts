// The flags of `imgsys usage limit`.
import { CommandError, exitCodes } from '../../errors.ts';
import type { Limit, LimitTarget } from '../../ledger/limit-table.ts';
import { dollars, parseDollars } from '../../money.ts';
import { findKeyProvider } from '../../providers/key-providers.ts';
import { parseWhole } from '../../quantities.ts';
import { printable } from '../../text.ts';

export interface TargetFlags {
  readonly provider?: string;
  readonly key?: string;
}

export interface SetFlags extends TargetFlags {
  readonly daily?: string;
  readonly monthly?: string;
  readonly soft?: string;
  readonly warnOnly?: boolean;
}

/**
 * The limits to be set, where `existing` stand: what is not said of one that is there already stays as it is. Throws
 * CommandError (2) naming the flag that is wrong.
 */
export function limitsAsked(flags: SetFlags, existing: readonly Limit[]): Limit[] {
  const asked = { day: sum('--daily', flags.daily), month: sum('--monthly', flags.monthly) };
  const soft = flags.soft === undefined ? undefined : softOf(flags.soft);
  const whose = whoseCalls(flags);
  const isChange = asked.day === undefined && asked.month === undefined;
  const limits = (['day', 'month'] as const).flatMap((period) => {
    const before = existing.find(
      (each) => each.scope === whose.scope && each.name === whose.name && each.period === period,
    );
    const amountMicrousd = asked[period] ?? (isChange ? before?.amountMicrousd : undefined);
    if (amountMicrousd === undefined) return [];
    const warnOnly = flags.warnOnly ?? (isChange && before?.warnOnly === true);
    return [{ ...whose, period, amountMicrousd, soft: soft ?? before?.soft, warnOnly }];
  });
  if (limits.length === 0 || (isChange && soft === undefined && flags.warnOnly === undefined)) {
    throw usage('how much may be spent?', 'for example --daily 5, or --monthly 50');
  }
  for (const { amountMicrousd, soft: from } of limits) {
    if (from !== undefined && 'microusd' in from && from.microusd > amountMicrousd) {
      if (soft !== undefined) {
        throw usage('--soft is more than the limit itself', 'give a share of it, for example --soft 80%');
      }
      throw usage(
        `the --soft of ${dollars(from.microusd)} that was set before is more than the new limit of ${dollars(amountMicrousd)}`,
        'give another with it, for example --soft 80%',
      );
    }
  }
  return limits;
}

/** Which limits are to be lifted: both periods unless one is named. */
export function targetsAsked(
  flags: TargetFlags & { readonly daily?: boolean; readonly monthly?: boolean },
): LimitTarget[] {
  const whose = whoseCalls(flags);
  const both = !flags.daily && !flags.monthly;
  const periods = [
    ...(flags.daily || both ? ['day' as const] : []),
    ...(flags.monthly || both ? ['month' as const] : []),
  ];
  return periods.map((period) => ({ ...whose, period }));
}

function whoseCalls({ provider, key }: TargetFlags): Pick<LimitTarget, 'scope' | 'name'> {
  if (provider !== undefined && key !== undefined) {
    throw usage('--provider and --key exclude one another', 'set one limit after the other');
  }
  if (provider !== undefined) return { scope: 'provider', name: findKeyProvider(provider).id };
  return key === undefined ? { scope: 'all', name: '' } : { scope: 'key', name: keyName(key) };
}

// A name that no call ever bears would be a limit that never holds.
function keyName(text: string): string {
  if (/^[A-Z][A-Z0-9_]{2,60}$/.test(text)) return text;
  const [provider = '', name, ...more] = text.split('/');
  if (name === undefined || name === '' || more.length > 0 || !/^[\w.@-]{1,40}$/.test(name)) {
    // What is no name may be a key in the wrong place, and is not repeated.
    throw usage('--key is not the full name of a key', 'name it as imgsys key list does: openai/team');
  }
  return `${findKeyProvider(provider).id}/${name}`;
}

function sum(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = parseDollars(text);
  if (value !== undefined) return value;
  throw usage(`${flag} ${printable(text)} is not a sum of dollars`, 'for example 5, or 0.50');
}

function softOf(text: string): NonNullable<Limit['soft']> {
  const percent = text.endsWith('%') ? parseWhole(text.slice(0, -1), 1, 100) : undefined;
  if (percent !== undefined) return { percent };
  const microusd = parseDollars(text);
  if (microusd !== undefined) return { microusd };
  throw usage(
    `--soft ${printable(text)} is neither a share from 1% to 100% nor a sum of dollars`,
    'for example 80%, or 4',
  );
}

function usage(message: string, hint: string): CommandError {
  return new CommandError(message, { exitCode: exitCodes.usage, hint });
}
