// The cost by day, as bars.
import type { Totals } from '../../ledger/totals.ts';
import { chartLines } from '../../report/chart.ts';
import { costCells, type Screen } from './table.ts';

const mostDays = 14;
const mostCells = 80;

/** The last days up to the last with a call, those without any, too; nothing for a single day. `days` are sums by day. */
export function dayChart(days: readonly Totals[], { width, unicode }: Screen): string[] {
  const last = days.at(-1)?.name;
  if (last === undefined || days.length < 2) return [];
  const labels = costCells(days);
  const byDay = new Map(days.map((day, at) => [day.name, { day, label: labels[at] ?? '' }]));
  const first = days[0]?.name ?? last;
  const bars = lastDays(last)
    .filter((name) => name >= first)
    .map((name) => {
      const { day, label = '-' } = byDay.get(name) ?? {};
      return { name, value: day?.costMicrousd ?? 0, label };
    });
  return ['cost by day', ...chartLines(bars, Math.min(width, mostCells), unicode)];
}

function lastDays(last: string): string[] {
  return Array.from({ length: mostDays }, (_, at) => daysBefore(last, mostDays - 1 - at));
}

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
