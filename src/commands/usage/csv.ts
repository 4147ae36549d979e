// `imgsys usage --csv`: one row a call, for accounting. The columns are published; new ones are added at the end.
import type { ReportRow } from '../../ledger/report.ts';
import { type Streams, writeResult } from '../../streams.ts';
import { printable } from '../../text.ts';

const columns: Readonly<Record<string, (row: ReportRow) => string | number | undefined>> = {
  call: ({ id }) => id,
  run: ({ runId }) => runId,
  tag: ({ tag }) => tag,
  provider: ({ provider }) => provider,
  model: ({ model }) => model,
  key: ({ keyName }) => keyName,
  preset: ({ preset }) => preset,
  state: ({ state }) => state,
  settled: ({ settled }) => settled,
  useless: ({ useless }) => (useless ? 'yes' : undefined),
  cost_usd: ({ state, costMicrousd }) => (state === 'paid' ? decimal(costMicrousd) : undefined),
  cost_kind: ({ state, costKind }) => (state === 'paid' ? costKind : undefined),
  expected_low_usd: ({ expectedMicrousd }) => decimal(expectedMicrousd?.low),
  expected_high_usd: ({ expectedMicrousd }) => decimal(expectedMicrousd?.high),
  reserved_usd: ({ reservedMicrousd }) => decimal(reservedMicrousd),
  input_text_tokens: ({ usage }) => usage?.inputTextTokens,
  input_image_tokens: ({ usage }) => usage?.inputImageTokens,
  output_tokens: ({ usage }) => usage?.outputTokens,
  request_id: ({ requestId }) => requestId,
  picture: ({ sourcePath }) => sourcePath,
  day: ({ localDay }) => localDay,
  time_utc: ({ reservedAtMs }) => `${seconds(reservedAtMs)}Z`,
  time_local: ({ reservedAtMs, tzOffsetMinutes }) =>
    `${seconds(reservedAtMs + tzOffsetMinutes * 60_000)}${offset(tzOffsetMinutes)}`,
};

export const csvColumns = Object.keys(columns);

const batchRows = 500;

/** The head and one row a call, in constant memory. On a terminal nothing in them can steer it. */
export async function writeCsv(rows: Iterable<ReportRow>, streams: Streams): Promise<void> {
  const shown = streams.stdout.isTTY ? printable : (text: string) => text;
  let batch = [csvColumns.join(',')];
  for (const row of rows) {
    batch.push(csvRow(Object.values(columns).map((value) => asText(value(row), shown))));
    if (batch.length < batchRows) continue;
    await writeResult(streams, lines(batch));
    batch = [];
  }
  if (batch.length > 0) await writeResult(streams, lines(batch));
}

/** One record without its line end: https://www.rfc-editor.org/rfc/rfc4180#section-2 */
export function csvRow(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}

/** A text that no spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
export function harmless(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
}

function asText(value: string | number | undefined, shown: (text: string) => string): string {
  return typeof value === 'string' ? harmless(shown(value)) : (value?.toString() ?? '');
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\r\n`).join('');
}

function decimal(microusd: number | undefined): string | undefined {
  return microusd === undefined ? undefined : (microusd / 1e6).toFixed(6);
}

function seconds(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

function offset(minutes: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const ahead = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(ahead / 60)}:${two(ahead % 60)}`;
}
