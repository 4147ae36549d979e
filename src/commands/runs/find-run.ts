import { CommandError, exitCodes } from '../../errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunRow } from '../../ledger/runs.ts';
import { printable } from '../../text.ts';

/** The run called `name`, the newest without one. Throws CommandError (2) where there is none. */
export function findRun(ledger: Ledger, name: string | undefined): RunRow {
  const run = name === undefined ? ledger.lastRun() : ledger.run(name);
  if (run !== undefined) return run;
  const message = name === undefined ? 'there are no runs yet' : `there is no run ${printable(name)}`;
  throw new CommandError(message, { exitCode: exitCodes.usage, hint: 'see them with imgsys runs list' });
}
