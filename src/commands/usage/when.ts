// What `--since` and `--until` say.
import { CommandError, exitCodes } from '../../errors.ts';
import { endOf, localDay } from '../../ledger/local-day.ts';
import type { Bound, TotalsFilter } from '../../ledger/totals.ts';
import { parseDuration } from '../../quantities.ts';
import { printable } from '../../text.ts';

/** The time that is meant. Throws CommandError (2) for words that are no time, and for an end before the beginning. */
export function timeOf(
  { since, until }: { readonly since?: string; readonly until?: string },
  nowMs: number,
): Pick<TotalsFilter, 'since' | 'until'> {
  const from = since === undefined ? undefined : bound('--since', since, nowMs);
  const to = until === undefined ? undefined : bound('--until', until, nowMs);
  if (from !== undefined && to !== undefined && startOf(from) >= endOfBound(to)) {
    throw new CommandError(
      `--since ${printable(since ?? '')} is not before --until ${printable(until ?? '')}`,
      {
        exitCode: exitCodes.usage,
        hint: 'the earlier time goes with --since',
      },
    );
  }
  return { since: from, until: to };
}

type Flag = '--since' | '--until';

function bound(flag: Flag, text: string, nowMs: number): Bound {
  const word = text.trim();
  const found = daysAgo(flag, word, nowMs) ?? spanAgo(word, nowMs) ?? day(flag, word) ?? moment(word);
  if (found !== undefined) return found;
  throw new CommandError(`${flag} ${printable(text)} is no time`, {
    exitCode: exitCodes.usage,
    hint: 'give 7d (days, today counts), 24h, a day such as 2026-11-21, a month such as 2026-11, or 2026-11-21T14:30',
  });
}

// Whole local days: the last 7 begin six days before today, and what lies before them ends seven days before today.
function daysAgo(flag: Flag, word: string, nowMs: number): Bound | undefined {
  const days = Number(/^(\d{1,5})d$/i.exec(word)?.[1] ?? 0);
  if (days === 0) return undefined;
  const now = new Date(nowMs);
  const back = flag === '--since' ? days - 1 : days;
  return { day: localDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - back).getTime()) };
}

function spanAgo(word: string, nowMs: number): Bound | undefined {
  if (!/^(\d+(\.\d+)?[smhd])+$/i.test(word)) return undefined;
  const spanMs = parseDuration(word);
  return spanMs === undefined || spanMs === 0 ? undefined : { atMs: nowMs - spanMs };
}

function day(flag: Flag, word: string): Bound | undefined {
  const [, year = '', month = '', date] = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(word) ?? [];
  const first = `${year}-${month}-${date ?? '01'}`;
  if (!isDay(first)) return undefined;
  if (date !== undefined || flag === '--since') return { day: first };
  return { day: localDay(endOf('month', first) - 1) };
}

// Without a zone it is local time, as ECMAScript has it.
function moment(word: string): Bound | undefined {
  const parts =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?$/i.exec(word) ?? undefined;
  if (parts === undefined) return undefined;
  const [, date = '', time = '', zone = ''] = parts;
  const atMs = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return isDay(date) && !Number.isNaN(atMs) ? { atMs } : undefined;
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function startOf(bound: Bound): number {
  return 'day' in bound ? endOf('day', dayBefore(bound.day)) : bound.atMs;
}

function endOfBound(bound: Bound): number {
  return 'day' in bound ? endOf('day', bound.day) : bound.atMs;
}

function dayBefore(text: string): string {
  return new Date(Date.parse(`${text}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
