import type { PriceRow } from './table.ts';

const dayMs = 86_400_000;
const maxAgeDays = 90;

/** The date of the oldest of `rows` that is older than 90 days at `nowMs`; undefined where none is. */
export function outdated(rows: readonly PriceRow[], nowMs: number): string | undefined {
  const old = rows.map(({ asOf }) => asOf).filter((date) => nowMs - lastMoment(date) > maxAgeDays * dayMs);
  return old.sort()[0];
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
