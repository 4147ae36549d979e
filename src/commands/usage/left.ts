// What is left of the limits, below the sums.
import type { Standing } from '../../ledger/limit-table.ts';
import { limitInWords } from '../../purchases/limit-words.ts';
import { moneyColumn } from '../../report/money-column.ts';
import { tableLines } from '../../report/table.ts';
import type { Screen } from './table.ts';

/** A line a limit; what may have been charged counts as spent. Empty without limits. */
export function leftLines(standings: readonly Standing[], { width, unicode }: Screen): string[] {
  if (standings.length === 0) return [];
  const column = (heading: string, of: (standing: Standing) => number, rank: number) => {
    const amounts = standings.map(of);
    return { heading, cells: amounts.map(moneyColumn(amounts)), rank };
  };
  const names = standings.map(({ limit }) => `${limitInWords(limit)}${limit.warnOnly ? ' (warns)' : ''}`);
  const columns = [
    { heading: 'limit', cells: names, rank: 0 },
    column('spent', ({ spentMicrousd, unsettledMicrousd }) => spentMicrousd + unsettledMicrousd, 1),
    column('under way', ({ reservedMicrousd }) => reservedMicrousd, 2),
    column('left', ({ leftMicrousd }) => leftMicrousd, 0),
  ];
  return tableLines(columns, width, { totals: false, unicode });
}
