// What stands behind the options in a help, laid out for a terminal as wide as it is.
import { filled } from '../text.ts';

/**
 * `text` in lines of at most `columns`, where that can be. Blank lines part blocks; lines from the left margin make one
 * paragraph; a line indented by two (or more) is a command, and what follows two spaces or more explains it. An
 * explanation stands beside its command where there is room, else below. Commands themselves are never broken.
 */
export function layOut(text: string, columns: number): string {
  return text
    .split('\n\n')
    .map((block) => block.split('\n').reduce(gather, []))
    .map((parts) => parts.flatMap((part) => layOutPart(part, columns)).join('\n'))
    .join('\n\n');
}

interface Row {
  readonly command: string;
  readonly explanation: string | undefined;
}

type Part =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] };

function gather(parts: readonly Part[], line: string): readonly Part[] {
  const last = parts.at(-1);
  const row = /^ {2}( *\S.*?)(?: {2,}(\S.*))?$/.exec(line);
  if (row === null) {
    if (last?.kind !== 'paragraph') return [...parts, { kind: 'paragraph', text: line }];
    return [...parts.slice(0, -1), { kind: 'paragraph', text: `${last.text} ${line}` }];
  }
  const made = { command: row[1] ?? '', explanation: row[2] };
  if (last?.kind !== 'rows') return [...parts, { kind: 'rows', rows: [made] }];
  return [...parts.slice(0, -1), { kind: 'rows', rows: [...last.rows, made] }];
}

function layOutPart(part: Part, columns: number): readonly string[] {
  if (part.kind === 'paragraph') return filled(part.text, columns);
  const width = widthOfCommands(part.rows, columns);
  return part.rows.flatMap((row) => {
    const room = columns - 4 - width;
    if (isBeside(row, width, columns)) {
      const lines = filled(row.explanation ?? '', room);
      return lines.map((line, at) => `  ${(at === 0 ? row.command : '').padEnd(width)}  ${line}`.trimEnd());
    }
    if (row.explanation === undefined) return [`  ${row.command}`];
    const below = filled(row.explanation, Math.max(20, columns - 6));
    return [`  ${row.command}`, ...below.map((line) => `      ${line}`)];
  });
}

// The one with which the most explanations stand beside their commands, and of those the most in one line.
function widthOfCommands(rows: readonly Row[], columns: number): number {
  const explained = rows.filter(({ explanation }) => explanation !== undefined);
  const scoreOf = (width: number) => {
    const beside = explained.filter((row) => isBeside(row, width, columns));
    const whole = beside.filter(({ explanation = '' }) => explanation.length <= columns - 4 - width);
    return beside.length * rows.length + whole.length;
  };
  const widths = explained.map(({ command }) => command.length).sort((one, other) => one - other);
  return widths.reduce((best, width) => (scoreOf(width) > scoreOf(best) ? width : best), widths[0] ?? 0);
}

// Where an explanation does not fit into one line, it still stands beside its command if there is room to read it.
function isBeside({ command, explanation }: Row, width: number, columns: number): boolean {
  if (explanation === undefined) return false;
  const room = columns - 4 - width;
  return command.length <= width && (room >= roomToRead || explanation.length <= room);
}

const roomToRead = 36;
