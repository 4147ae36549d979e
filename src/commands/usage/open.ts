import type { Context } from '../../context.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { ledgerGap } from '../../ledger-gap.ts';
import { warner } from '../../streams.ts';
import { findRun } from '../runs/find-run.ts';

/** The ledger, in which the calls of dead processes are settled. Throws CommandError (2) for a run that is not there. */
export async function openUsage(run: string | undefined, context: Context): Promise<Ledger> {
  const ledger = await context.ledger();
  if (run !== undefined) findRun(ledger, run);
  await ledger.purchases.settleLeft();
  const gap = await ledgerGap(ledger, context.paths);
  if (gap !== undefined) warner(context.streams)(gap.message, gap.hint);
  return ledger;
}
