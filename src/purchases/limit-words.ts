// Spending limits in words.
import { dollars } from '../money.ts';
import { counted, printable } from '../text.ts';
import type { Limit, Standing } from './book.ts';

/** `$5.00 a day for the key openai/team`, `$3.00 for this run`. */
export function limitInWords({ amountMicrousd, scope, name, period }: Limit): string {
  const amount = dollars(amountMicrousd);
  if (period === 'run') return `${amount} for this run`;
  const whose = { all: '', provider: ` for ${printable(name)}`, key: ` for the key ${printable(name)}` };
  return `${amount} a ${period}${scope === 'run' ? '' : whose[scope]}`;
}

/** `spent $4.10, unsettled $0.06, reserved $0.12, left $0.72`; what is nothing is left out but for the first and last. */
function standingInWords({
  spentMicrousd,
  unsettledMicrousd,
  reservedMicrousd,
  leftMicrousd,
  uncounted,
}: Standing): string {
  const parts = [`spent ${dollars(spentMicrousd)}`];
  if (unsettledMicrousd > 0) parts.push(`unsettled ${dollars(unsettledMicrousd)}`);
  if (reservedMicrousd > 0) parts.push(`reserved ${dollars(reservedMicrousd)}`);
  parts.push(`left ${dollars(leftMicrousd)}`);
  if (uncounted > 0) parts.push(`${counted(uncounted, 'call')} of unknown price not counted`);
  return parts.join(', ');
}

/** Why the run ends, and how to go on. `mostMicrousd` is what the next call may cost. */
export function overInWords(standing: Standing, mostMicrousd: number): { message: string; hint: string } {
  const { limit, unsettledMicrousd, endsAtMs } = standing;
  const most = `the next picture may cost ${dollars(mostMicrousd)}`;
  const ways = [raise(limit)];
  if (endsAtMs !== undefined) ways.unshift(`it opens again at ${localTime(endsAtMs)}, local time`);
  if (unsettledMicrousd > 0) ways.push('settle what is unsettled: imgsys usage --unsettled');
  return {
    message: `the spending limit of ${limitInWords(limit)} is reached: ${standingInWords(standing)}; ${most}`,
    hint: ways.join('; '),
  };
}

/** A call whose price nobody knows meets a limit that is to hold. */
export function unpricedInWords({ limit }: Standing): { message: string; hint: string } {
  return {
    message: `nobody knows what a picture costs, and the spending limit of ${limitInWords(limit)} is to hold`,
    hint: 'say what to reckon with for each: --assume-price 0.25',
  };
}

/** A limit that is to be told of, once. */
export function softInWords(standing: Standing): string {
  const { limit, leftMicrousd } = standing;
  const isPassed = limit.warnOnly && (limit.soft === undefined || leftMicrousd === 0);
  const how = isPassed ? 'is passed' : 'comes near';
  return `the spending limit of ${limitInWords(limit)} ${how}: ${standingInWords(standing)}`;
}

/** `2026-11-22 00:00` by the local clock. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function raise({ scope, name, period }: Limit): string {
  if (period === 'run') return 'raise --max-cost and run the same command again';
  const whose = scope === 'all' ? '' : ` --${scope} ${printable(name)}`;
  return `raise it: imgsys usage limit set --${period === 'day' ? 'daily' : 'monthly'} DOLLARS${whose}`;
}
