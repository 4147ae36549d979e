// Bars of text, one a line.
import stringWidth from 'string-width';

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** What stands behind the bar. */
  readonly label: string;
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** One line a bar, the longest filling `width` cells together with name and label. What is not nothing is seen. */
export function chartLines(bars: readonly Bar[], width: number, unicode: boolean): string[] {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => stringWidth(text)));
  const names = widest(bars.map(({ name }) => name));
  const labels = widest(bars.map(({ label }) => label));
  const most = Math.max(0, ...bars.map(({ value }) => value));
  const cells = Math.max(8, width - names - labels - 4);
  return bars.map(({ name, value, label }) => {
    const drawn = most === 0 ? '' : bar((value / most) * cells, unicode);
    const room = ' '.repeat(Math.max(0, cells - stringWidth(drawn)));
    const before = ' '.repeat(names - stringWidth(name));
    return `${name}${before}  ${drawn}${room}  ${' '.repeat(labels - stringWidth(label))}${label}`.trimEnd();
  });
}

// https://www.unicode.org/charts/PDF/U2580.pdf: eighths of a block from the left
function bar(length: number, unicode: boolean): string {
  if (length === 0) return '';
  if (!unicode) return '#'.repeat(Math.max(1, Math.round(length)));
  const drawn = Math.max(1, Math.round(length * 8));
  return '█'.repeat(Math.floor(drawn / 8)) + (eighths[drawn % 8] ?? '');
}
