// Limits and how they stand, for people and as JSON.
import type { Limit, Standing } from '../../ledger/limit-table.ts';
import { dollars } from '../../money.ts';
import { limitInWords, localTime } from '../../purchases/limit-words.ts';

/** A table with a line a limit; empty without limits. */
export function limitLines(standings: readonly Standing[]): string[] {
  if (standings.length === 0) return [];
  const head = ['limit', 'told from', 'spent', 'unsettled', 'reserved', 'left', 'opens again'];
  const rows = [head, ...standings.map(cells)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => (isSum(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const uncounted = Math.max(...standings.map((each) => each.uncounted));
  if (uncounted > 0) lines.push(`not counted: calls of unknown price (up to ${uncounted} under one limit)`);
  return lines;
}

/** One limit as an object of the JSON contract; sums in micro-dollars, what is not there is null. */
export function limitJson({ limit, endsAtMs, ...sums }: Standing): Record<string, unknown> {
  const { scope, name, period, amountMicrousd, soft, warnOnly } = limit;
  return {
    type: 'limit',
    ...{ scope, name: name === '' ? null : name, period, limitMicrousd: amountMicrousd, warnOnly },
    softMicrousd: soft !== undefined && 'microusd' in soft ? soft.microusd : null,
    softPercent: soft !== undefined && 'percent' in soft ? soft.percent : null,
    ...sums,
    opensAt: endsAtMs === undefined ? null : new Date(endsAtMs).toISOString(),
    opensAtLocal: endsAtMs === undefined ? null : localTime(endsAtMs),
  };
}

function cells({ limit, endsAtMs, ...sums }: Standing): string[] {
  return [
    `${limitInWords(limit)}${limit.warnOnly ? ' (warns only)' : ''}`,
    softInWords(limit),
    dollars(sums.spentMicrousd),
    dollars(sums.unsettledMicrousd),
    dollars(sums.reservedMicrousd),
    dollars(sums.leftMicrousd),
    endsAtMs === undefined ? '-' : localTime(endsAtMs),
  ];
}

function softInWords({ soft }: Limit): string {
  if (soft === undefined) return '-';
  return 'microusd' in soft ? dollars(soft.microusd) : `${soft.percent}%`;
}

// The columns from `spent` to `left`.
function isSum(column: number): boolean {
  return column >= 2 && column <= 5;
}
