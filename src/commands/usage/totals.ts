import type { Context } from '../../context.ts';
import { isCollectable } from '../../ledger/attempts.ts';
import type { Purchases } from '../../ledger/purchases.ts';
import type { Totals, TotalsBy } from '../../ledger/totals.ts';
import { collectHint, settleHint } from '../../settle-hints.ts';
import { hint, say, writeResult } from '../../streams.ts';
import { writeCsv } from './csv.ts';
import { dayChart } from './days.ts';
import { leftLines } from './left.ts';
import { limitJson } from './limit-lines.ts';
import { noteLines } from './notes.ts';
import { openUsage } from './open.ts';
import { screenOf } from './screen.ts';
import { usageTable } from './table.ts';
import { timeOf } from './when.ts';

export interface TotalsFlags {
  readonly by?: TotalsBy;
  readonly since?: string;
  readonly until?: string;
  readonly run?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** `imgsys usage`: what was bought and what it cost, as a table, as JSON Lines, or call by call as CSV. */
export async function showTotals(flags: TotalsFlags, context: Context): Promise<void> {
  const { streams, clock } = context;
  const filter = { runId: flags.run, ...timeOf(flags, clock.now()) };
  const { purchases, limits } = await openUsage(flags.run, context);
  if (flags.csv) return writeCsv(purchases.report(filter), streams);
  const by = flags.by ?? 'month';
  const groups = purchases.totals(by, filter);
  const total = totalOf(groups);
  if (flags.json) {
    for (const group of groups) await writeResult(streams, asJson('usage', by, group));
    for (const standing of limits.list()) {
      await writeResult(streams, `${JSON.stringify(limitJson(standing))}\n`);
    }
    return writeResult(streams, asJson('total', undefined, total));
  }
  const screen = screenOf(context);
  const left = flags.run === undefined ? leftLines(limits.list(), screen) : [];
  if (groups.length === 0) {
    say(streams, noneInWords(purchases));
    return writeResult(streams, pageOf([left]));
  }
  const chart = streams.stdout.isTTY || by === 'day' ? dayChart(purchases.totals('day', filter), screen) : [];
  const table = usageTable(by, groups, total, screen);
  await writeResult(streams, pageOf([table, noteLines(total), chart, left]));
  if (total.unsettled > 0) tellToSettle(flags.run, purchases, context);
}

const nothing: { -readonly [Field in keyof Totals]: Totals[Field] } = {
  name: '',
  ...{ paid: 0, useless: 0, costMicrousd: 0, unknown: 0, refused: 0, underway: 0, underwayMicrousd: 0 },
  ...{ unsettled: 0, unsettledMicrousd: 0, unsettledUnknown: 0 },
  ...{ assumed: 0, assumedMicrousd: 0, assumedUnknown: 0 },
  ...{ estimated: 0, expectedLowMicrousd: 0, expectedHighMicrousd: 0 },
  ...{ reused: 0, savedMicrousd: 0, savedUnknown: 0 },
};

// Every call is in one group alone.
function totalOf(groups: readonly Totals[]): Totals {
  const total = { ...nothing };
  for (const { name: _, ...sums } of groups) {
    for (const field of Object.keys(sums) as (keyof typeof sums)[]) total[field] += sums[field];
  }
  return total;
}

function asJson(type: 'usage' | 'total', by: TotalsBy | undefined, { name, ...sums }: Totals): string {
  const group = by === undefined ? {} : { by, name: name === '' ? null : name };
  return `${JSON.stringify({ type, ...group, ...sums })}\n`;
}

function noneInWords(purchases: Purchases): string {
  return purchases.totals('all').length === 0 ? 'nothing was bought yet' : 'nothing was bought in that time';
}

// Parts with an empty line between them.
function pageOf(parts: readonly (readonly string[])[]): string {
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n');
}

function tellToSettle(run: string | undefined, purchases: Purchases, { streams }: Context): void {
  const calls = purchases.unsettled(run);
  if (calls.some(isCollectable)) hint(streams, collectHint());
  if (calls.length > 0 && calls.every(isCollectable)) return;
  const which = run === undefined ? '--all' : `--run ${run}`;
  hint(streams, 'list them with imgsys usage --unsettled');
  hint(streams, settleHint(which));
}
