// A table of text, aligned by terminal cells.
import stringWidth from 'string-width';
import { cut } from './status-line.ts';

export interface Column {
  readonly heading: string;
  /** One a row; right-aligned but in the first column. */
  readonly cells: readonly string[];
  /** Where the room is short the highest goes first; 0 stays. */
  readonly rank: number;
}

const gap = 2;
const narrowest = 8;

/**
 * The table in lines of at most `width` cells: columns that matter less are left out, then the first is cut. The last
 * row is set off by a rule when `totals`.
 */
export function tableLines(
  columns: readonly Column[],
  width: number,
  { totals, unicode }: { readonly totals: boolean; readonly unicode: boolean },
): string[] {
  const shown = fitting(columns, width);
  const wide = shown.map(widthOf);
  const others = wide.slice(1).reduce((sum, each) => sum + each + gap, 0);
  wide[0] = Math.min(wide[0] ?? 0, Math.max(narrowest, width - others));
  const line = (row: (column: Column) => string) =>
    shown
      .map((column, at) => (at === 0 ? left(row(column), wide[at] ?? 0) : right(row(column), wide[at] ?? 0)))
      .join(' '.repeat(gap))
      .trimEnd();
  const rows = Array.from({ length: shown[0]?.cells.length ?? 0 }, (_, at) =>
    line(({ cells }) => cells[at] ?? ''),
  );
  const last = rows.pop();
  const rule = totals && rows.length > 0 ? [(unicode ? '─' : '-').repeat(Math.min(width, sum(wide)))] : [];
  return [line(({ heading }) => heading), ...rows, ...rule, ...(last === undefined ? [] : [last])];
}

function fitting(columns: readonly Column[], width: number): readonly Column[] {
  const least = (column: Column, at: number) =>
    at === 0 ? Math.min(widthOf(column), 2 * narrowest) : widthOf(column);
  if (sum(columns.map(least)) <= width) return columns;
  const leastNeeded = Math.max(...columns.map(({ rank }) => rank));
  if (leastNeeded === 0) return columns;
  return fitting(
    columns.filter(({ rank }) => rank !== leastNeeded),
    width,
  );
}

function widthOf({ heading, cells }: Column): number {
  return cells.reduce((most, cell) => Math.max(most, stringWidth(cell)), stringWidth(heading));
}

function sum(widths: readonly number[]): number {
  return widths.reduce((all, width) => all + width + gap, -gap);
}

function left(text: string, width: number): string {
  const kept = cut(text, width);
  return kept + ' '.repeat(Math.max(0, width - stringWidth(kept)));
}

function right(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - stringWidth(text))) + text;
}
