// The plan of one picture in lines: each step with what was measured, then what was left out and why.
import stringWidth from 'string-width';
import { type Streams, say } from '../streams.ts';
import type { LeftOut, ReportedStep } from './events.ts';

export interface ShownPlan {
  readonly plan: readonly ReportedStep[];
  readonly skipped: readonly LeftOut[];
  readonly planText: string;
}

/** Says the plan for people, within the screen if there is one. */
export function sayPlan(streams: Streams, title: string, shown: ShownPlan): void {
  const columns = (streams.stderr.columns ?? Number.POSITIVE_INFINITY) - stringWidth(prefix);
  for (const line of planLines(title, shown, columns)) say(streams, line);
}

// What `say` puts before each line.
const prefix = 'imgsys: ';
const indent = '  ';
const narrowestReason = 30;

/**
 * The plan under `title` in two columns, reasons broken where the screen of `columns` cells ends; where little is left for
 * them, under their steps. What a service is asked for has no steps and stands behind the title.
 */
export function planLines(title: string, { plan, skipped, planText }: ShownPlan, columns: number): string[] {
  const steps = plan.flatMap(({ text, why }) => (text === undefined ? [] : [{ text, why: why ?? '' }]));
  const others = skipped.map(({ name, why }) => ({ text: `left out: ${name.replaceAll('-', ' ')}`, why }));
  const rows = [...steps, ...others];
  const head = steps.length > 0 ? title : `${title}: ${planText || 'nothing to mend'}`;
  const left = Math.max(0, ...rows.map(({ text }) => stringWidth(text)));
  const room = columns - indent.length - left - indent.length;
  const lay = room < narrowestReason ? under(columns) : beside(left, room);
  return [head, ...rows.flatMap(({ text, why }) => lay(text, why).map((line) => indent + line.trimEnd()))];
}

type Lay = (text: string, why: string) => string[];

function beside(left: number, room: number): Lay {
  return (text, why) =>
    wrap(why, room).map((part, at) => {
      const first = at === 0 ? text : '';
      return `${first}${' '.repeat(left - stringWidth(first))}${indent}${part}`;
    });
}

function under(columns: number): Lay {
  const room = Math.max(narrowestReason, columns - 2 * indent.length);
  return (text, why) => [text, ...wrap(why, room).map((part) => indent + part)];
}

// Broken at blanks; a number stays with its unit.
function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ (?!%|of 255)/)) {
    if (line !== '' && stringWidth(line) + 1 + stringWidth(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
