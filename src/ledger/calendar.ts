// The ledger's own time, by which a call belongs to a day: the wall clock, as far as the machine's other clocks confirm it.
import { localDay } from './local-day.ts';
import { isSameBoot } from './machine-time.ts';

/** What the clocks show at one moment, in milliseconds. */
export interface Reading {
  readonly boot: string;
  readonly wallMs: number;
  /** Clocks that nobody sets: one stands still while the machine sleeps, the other may be coarse or hidden. */
  readonly awakeMs: number;
  readonly uptimeMs: number;
}

/** What is kept from one call to the next. */
export interface CalendarState {
  readonly boot: string;
  /** The least by which the wall clock was ahead of the other clocks in this boot. */
  readonly awakeOffsetMs: number;
  readonly uptimeOffsetMs: number;
  /** Uptime at which the wall clock was first found to have jumped ahead; undefined while it is believed. */
  readonly doubtedSinceMs: number | undefined;
  /** The ledger's time, and the local day it counts for. */
  readonly latestMs: number;
  readonly latestDay: string;
}

/** What clocks drift and are set by in passing. */
const slackMs = 5 * 60_000;
/** A wall clock that stays ahead for this long is right. */
const believedAfterMs = 24 * 3_600_000;

/**
 * The ledger's time at `now`. It never goes back, nor does its day, whatever becomes of the clock or the time zone. Within
 * one boot it follows the wall clock only as far as one of the other clocks confirms it: a jump opens no new day, until
 * the clock has stayed ahead for a whole day. Across a boot there is nothing to confirm it by, and it is believed.
 */
export function advance(before: CalendarState | undefined, now: Reading): CalendarState {
  const offsets = { awakeOffsetMs: now.wallMs - now.awakeMs, uptimeOffsetMs: now.wallMs - now.uptimeMs };
  if (before === undefined || !isSameBoot(before.boot, now.boot)) {
    return at(now.wallMs, before, { boot: now.boot, ...offsets, doubtedSinceMs: undefined });
  }
  const aheadMs = Math.min(
    offsets.awakeOffsetMs - before.awakeOffsetMs,
    offsets.uptimeOffsetMs - before.uptimeOffsetMs,
  );
  const { boot } = before;
  if (aheadMs <= slackMs) {
    const awakeOffsetMs = Math.min(before.awakeOffsetMs, offsets.awakeOffsetMs);
    const uptimeOffsetMs = Math.min(before.uptimeOffsetMs, offsets.uptimeOffsetMs);
    return at(now.wallMs, before, { boot, awakeOffsetMs, uptimeOffsetMs, doubtedSinceMs: undefined });
  }
  const doubtedSinceMs = before.doubtedSinceMs ?? now.uptimeMs;
  if (now.uptimeMs - doubtedSinceMs >= believedAfterMs) {
    return at(now.wallMs, before, { boot, ...offsets, doubtedSinceMs: undefined });
  }
  return at(now.wallMs - aheadMs, before, { ...before, doubtedSinceMs });
}

function at(
  ms: number,
  before: CalendarState | undefined,
  clocks: Omit<CalendarState, 'latestMs' | 'latestDay'>,
): CalendarState {
  const latestMs = Math.max(Math.floor(ms), before?.latestMs ?? Number.NEGATIVE_INFINITY);
  const day = localDay(latestMs);
  const latestDay = before !== undefined && before.latestDay > day ? before.latestDay : day;
  return { ...clocks, latestMs, latestDay };
}
