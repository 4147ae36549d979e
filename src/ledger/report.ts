import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { type AttemptRow, toAttempt } from './attempts.ts';
import { atTime, type TotalsFilter, valuesOf, within } from './totals.ts';

/** A call, and what its run was named by. */
export interface ReportRow extends AttemptRow {
  readonly preset: string | undefined;
  readonly tag: string | undefined;
}

const pageRows = 500;

/**
 * The calls that are meant, in the order they began. They are read a page at a time, so that memory stays the same and a
 * slow reader does not keep others from tidying the file. A call is shown also where the file is damaged so that its run, or
 * its place among the others, is no longer what it was.
 */
export function* reportRows(
  open: () => DatabaseSync,
  filter: TotalsFilter,
): Generator<ReportRow, void, undefined> {
  const page = open().prepare(
    `SELECT attempts.*, runs.preset, runs.tag FROM attempts LEFT JOIN runs ON runs.id = run_id
     WHERE number > :after AND ${within(filter)} AND ${atTime(filter, 'reserved_at_ms')}
     ORDER BY number LIMIT ${pageRows}`,
  );
  page.setReadBigInts(true);
  let after = -(2n ** 63n);
  for (;;) {
    const rows = page.all({ ...valuesOf(filter), after });
    for (const row of rows) yield toReportRow(row);
    if (rows.length < pageRows) return;
    after = BigInt(rows.at(-1)?.number as bigint);
  }
}

function toReportRow(row: Record<string, SQLOutputValue>): ReportRow {
  return { ...toAttempt(row), preset: text(row.preset), tag: text(row.tag) };
}

function text(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
