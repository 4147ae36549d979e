// The table that the sweeps of faults print.
import type { Aftermath } from '../../test/helpers/fault-check.ts';
import type { FaultEnd } from '../../test/helpers/fault-lab.ts';

export interface Row {
  readonly name: string;
  trials: number;
  /** Those that came to nothing: the fault was not met, or hit what is not the program's. */
  missed: number;
  breaches: number;
  billed: number;
  unsettled: number;
  readonly codes: Map<string, number>;
  /** What was said first where something was said. */
  said: string;
}

export interface Trial {
  readonly end: Pick<FaultEnd, 'code' | 'signal' | 'stdout' | 'stderr'>;
  readonly after: Aftermath;
  readonly isTrial: boolean;
}

export function addTrial(rows: Map<string, Row>, name: string, { end, after, isTrial }: Trial): void {
  const row = rows.get(name) ?? {
    ...{ name, trials: 0, missed: 0, breaches: 0, billed: 0, unsettled: 0, said: '' },
    codes: new Map<string, number>(),
  };
  rows.set(name, row);
  if (!isTrial) {
    row.missed += 1;
    return;
  }
  row.trials += 1;
  row.breaches += after.breaches.length > 0 ? 1 : 0;
  row.billed += after.billed;
  row.unsettled += after.unsettled;
  const code = String(end.code ?? end.signal);
  row.codes.set(code, (row.codes.get(code) ?? 0) + 1);
  if (row.said === '') row.said = complaintOf(end);
}

function complaintOf({ stdout, stderr }: Trial['end']): string {
  const told = stderr.split('\n').find((line) => /error:|warning:|failed:/.test(line));
  if (told !== undefined) return told;
  const event = stdout.split('\n').find((line) => /^{"type":"(failed|warning)"/.test(line));
  if (event === undefined) return '';
  const { message, hint } = JSON.parse(event) as Record<string, string>;
  return `${message} (${hint})`;
}

/** Prints the table; the exit code of the script. */
export function printTable(rows: readonly Row[]): 0 | 1 {
  console.log('\n| fault | trials | no trial | breaches | unsettled | exit codes | said |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const { name, trials, missed, breaches, billed, unsettled, codes, said } of rows) {
    const ended = [...codes].map(([code, count]) => `${code} × ${count}`).join(', ');
    const money = billed > 0 ? `${unsettled} of ${billed} calls` : '';
    console.log(`| ${name} | ${trials} | ${missed} | ${breaches} | ${money} | ${ended} | ${said} |`);
  }
  const trials = rows.reduce((sum, row) => sum + row.trials, 0);
  const breaches = rows.reduce((sum, row) => sum + row.breaches, 0);
  console.log(`${trials} trials, ${breaches} with breaches`);
  return breaches === 0 ? 0 : 1;
}
