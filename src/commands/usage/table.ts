// Sums as a table.
import type { Totals, TotalsBy } from '../../ledger/totals.ts';
import { moneyColumn } from '../../report/money-column.ts';
import { type Column, tableLines } from '../../report/table.ts';
import { printable } from '../../text.ts';

export interface Screen {
  /** Terminal cells. */
  readonly width: number;
  readonly unicode: boolean;
}

/**
 * One line a group and the total last, of at most as many cells as there are: what matters less is left out where they
 * are few.
 */
export function usageTable(
  by: TotalsBy,
  groups: readonly Totals[],
  total: Totals,
  { width, unicode }: Screen,
): string[] {
  const rows = [...groups, total];
  const names = [...groups.map(({ name }) => (name === '' ? '(none)' : printable(name))), 'total'];
  const columns: Column[] = [
    { heading: by, cells: names, rank: 0 },
    { heading: 'pictures', cells: rows.map(({ paid, useless }) => count(paid - useless)), rank: 0 },
    ...countColumn('reused', 3, rows),
    ...countColumn('refused', 5, rows),
    ...countColumn('useless', 4, rows),
    ...countColumn('unsettled', 2, rows),
    { heading: 'cost', cells: costCells(rows), rank: 0 },
    ...expectedColumn(rows),
  ];
  return tableLines(columns, width, { totals: true, unicode });
}

/** What paid calls cost, `$12.40`; `$12.40 + ?` where some have no known price, `unknown` where none has, `-` without any. */
export function costCells(rows: readonly Totals[]): string[] {
  const money = moneyColumn(rows.map(({ costMicrousd }) => costMicrousd));
  // So that amounts stand below one another.
  const room = rows.some(({ paid, unknown }) => unknown > 0 && unknown < paid) ? '    ' : '';
  return rows.map(({ paid, unknown, costMicrousd }) => {
    if (paid === 0) return `-${room}`;
    if (unknown === paid) return `unknown${room}`;
    return `${money(costMicrousd)}${unknown > 0 ? ' + ?' : room}`;
  });
}

function countColumn(
  name: 'reused' | 'refused' | 'useless' | 'unsettled',
  rank: number,
  rows: readonly Totals[],
) {
  if (rows.every((row) => row[name] === 0)) return [];
  return [{ heading: name, cells: rows.map((row) => count(row[name])), rank }];
}

function expectedColumn(rows: readonly Totals[]): Column[] {
  if (rows.every(({ estimated }) => estimated === 0)) return [];
  const bounds = rows.flatMap(({ expectedLowMicrousd, expectedHighMicrousd }) => [
    expectedLowMicrousd,
    expectedHighMicrousd,
  ]);
  const money = moneyColumn(bounds);
  const cells = rows.map(({ estimated, expectedLowMicrousd, expectedHighMicrousd }) => {
    if (estimated === 0) return '-';
    const [low, high] = [money(expectedLowMicrousd), money(expectedHighMicrousd)];
    return low === high ? low : `${low} to ${high}`;
  });
  return [{ heading: 'expected', cells, rank: 1 }];
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
