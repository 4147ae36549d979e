// Text laid out in the columns of a terminal.
import { filled } from '../../text.ts';

/** `  name     text`, the text broken at spaces so that no line is longer than `columns`. */
export function named(name: string, text: string, columns: number): string[] {
  const head = `  ${name.padEnd(nameWidth)}`;
  const lines = filled(text, Math.max(20, columns - head.length));
  return lines.map((line, at) => `${at === 0 ? head : ' '.repeat(head.length)}${line}`.trimEnd());
}

const nameWidth = 9;

/** The text broken at spaces, each line `indent` columns from the left. */
export function indented(text: string, columns: number, indent = 2): string[] {
  return filled(text, Math.max(20, columns - indent)).map((line) => `${' '.repeat(indent)}${line}`);
}

/** Rows under one another; the first and the last column begin at the left, the others end at the right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  const lay = (cell: string, at: number) => {
    const width = widths[at] ?? 0;
    return at === 0 || at === count - 1 ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => `  ${row.map(lay).join('  ')}`.trimEnd());
}
