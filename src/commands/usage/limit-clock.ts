// The ledger's calendar, where a wrong clock has set it ahead.
import type { Context } from '../../context.ts';
import type { Limits } from '../../ledger/limits.ts';
import { hint, say, warn } from '../../streams.ts';
import { counted } from '../../text.ts';
import { openUsage } from './open.ts';

/** `imgsys usage limit clock`: says how the calendar stands; with `--reset` sets it back to the machine's clock. */
export async function limitClock({ reset }: { readonly reset?: boolean }, context: Context): Promise<void> {
  const { limits } = await openUsage(undefined, context);
  if (!reset) {
    if (!tellOfClock(limits, context)) say(context.streams, agrees);
    return;
  }
  const done = await limits.resetCalendar();
  if (done === undefined) return say(context.streams, `${agrees}: nothing to set back`);
  const { latestDay, today, calls } = done;
  const moved = calls === 0 ? '' : `; ${counted(calls, 'call')} booked on later days now count on this one`;
  say(context.streams, `the calendar of the limits is set back from ${latestDay} to ${today}${moved}`);
}

/** Warns where no day opens for long because a clock was wrong; true where it did. */
export function tellOfClock(limits: Limits, { streams }: Context): boolean {
  const ahead = limits.ahead();
  if (ahead === undefined) return false;
  warn(streams, aheadInWords(ahead));
  hint(streams, clockHint);
  return true;
}

export function aheadInWords({
  latestDay,
  today,
}: {
  readonly latestDay: string;
  readonly today: string;
}): string {
  return `the calendar of the limits stands at ${latestDay}, the clock of this machine at ${today}: no new day opens until then`;
}

export const clockHint =
  "where the machine's clock is right now, set the calendar back: imgsys usage limit clock --reset";

const agrees = 'the calendar of the limits agrees with the clock of this machine';
