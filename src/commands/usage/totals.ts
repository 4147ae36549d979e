import type { Context } from '../../context.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Totals, TotalsBy } from '../../ledger/totals.ts';
import { dollars } from '../../money.ts';
import { hint, say, writeResult } from '../../streams.ts';
import { counted, printable } from '../../text.ts';
import { mostInWords } from './most.ts';
import { openUsage } from './open.ts';

/** `imgsys usage`: sums of what was bought, by run, key and model, and over all. */
export async function showTotals(
  { run, json }: { readonly run?: string; readonly json?: boolean },
  context: Context,
): Promise<void> {
  const { streams } = context;
  const { purchases } = await openUsage(run, context);
  const [all] = purchases.totals('all', run);
  if (all === undefined) {
    if (!json) say(streams, 'nothing was bought yet');
    return;
  }
  for (const by of ['run', 'key', 'model', 'all'] as const) {
    const lines = purchases.totals(by, run).map((totals) => (json ? asJson(by, totals) : line(by, totals)));
    for (const each of lines) await writeResult(streams, `${each}\n`);
  }
  if (!json && all.unsettled > 0) hint(streams, 'see what is unsettled with imgsys usage --unsettled');
}

function asJson(by: TotalsBy, totals: ReturnType<Ledger['purchases']['totals']>[number]): string {
  return JSON.stringify({ type: 'usage', by, ...totals, name: by === 'all' ? null : totals.name });
}

// `run 2026-11-21T0412-k3f: 12 pictures for $0.6324, 1 call unsettled, at most $0.0600`
function line(by: TotalsBy, totals: Totals): string {
  const { paid, useless, costMicrousd, unknown, unsettled, assumed, underway } = totals;
  const price =
    unknown === 0
      ? dollars(costMicrousd)
      : unknown === paid
        ? 'an unknown price'
        : `${dollars(costMicrousd)} and ${counted(unknown, 'unknown price')}`;
  const parts = [`${counted(paid - useless, 'picture')} for ${price}`];
  if (useless > 0)
    parts.push(`${counted(useless, 'answer')} paid that ${useless === 1 ? 'is' : 'are'} no picture`);
  if (assumed > 0)
    parts.push(
      `${counted(assumed, 'call')} counted as charged, ${mostInWords(totals.assumedMicrousd, totals.assumedUnknown)}`,
    );
  if (unsettled > 0)
    parts.push(
      `${counted(unsettled, 'call')} unsettled, ${mostInWords(totals.unsettledMicrousd, totals.unsettledUnknown)}`,
    );
  if (underway > 0) parts.push(`${counted(underway, 'call')} under way`);
  return `${by === 'all' ? 'total' : `${by} ${printable(totals.name)}`}: ${parts.join(', ')}`;
}
