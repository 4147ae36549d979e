import type { PriceRow } from './table.ts';

const dayMs = 86_400_000;
const maxAgeDays = 90;

/** Those of `rows` that are older than 90 days at `nowMs`, the oldest first. */
export function outdated(rows: readonly PriceRow[], nowMs: number): readonly PriceRow[] {
  return rows
    .filter(({ asOf }) => nowMs - lastMoment(asOf) > maxAgeDays * dayMs)
    .sort((one, other) => lastMoment(one.asOf) - lastMoment(other.asOf));
}

/** Whether a date, or the month, has begun nowhere on earth at `nowMs`: clocks are at most 14 hours ahead of UTC. */
export function isFuture(date: string, nowMs: number): boolean {
  const [year = 0, month = 0, day = 1] = date.split('-').map(Number);
  return Date.UTC(year, month - 1, day) > nowMs + mostAheadMs;
}

const mostAheadMs = 14 * 3_600_000;

// A month without a day counts from its last one.
function lastMoment(date: string): number {
  const [year = 0, month = 0, day] = date.split('-').map(Number);
  return day === undefined ? Date.UTC(year, month, 0) : Date.UTC(year, month - 1, day);
}
