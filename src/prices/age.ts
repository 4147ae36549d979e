import type { PriceRow } from './table.ts';

const dayMs = 86_400_000;
const maxAgeDays = 90;

/** The date of the oldest of `rows` that is older than 90 days at `nowMs`; undefined where none is. */
export function outdated(rows: readonly PriceRow[], nowMs: number): string | undefined {
  const old = rows.map(({ asOf }) => asOf).filter((date) => nowMs - lastMoment(date) > maxAgeDays * dayMs);
  return old.sort()[0];
}

// A month without a day counts from its last one.
function lastMoment(date: string): number {
  const [year = 0, month = 0, day] = date.split('-').map(Number);
  return day === undefined ? Date.UTC(year, month, 0) : Date.UTC(year, month - 1, day);
}
