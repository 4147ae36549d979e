import type { Context } from '../../context.ts';
import { isCollectable } from '../../ledger/attempts.ts';
import { collectHint, settleHint } from '../../settle-hints.ts';
import { hint, say, writeResult } from '../../streams.ts';
import { callJson, callLine } from './call.ts';
import { openUsage } from './open.ts';

/** `imgsys usage --unsettled`. */
export async function listUnsettled(
  { run, json }: { readonly run?: string; readonly json?: boolean },
  context: Context,
): Promise<void> {
  const { purchases } = await openUsage(run, context);
  const calls = purchases.unsettled(run);
  for (const call of calls) await writeResult(context.streams, `${json ? callJson(call) : callLine(call)}\n`);
  if (json) return;
  if (calls.length === 0) return say(context.streams, 'nothing is unsettled');
  if (calls.some(isCollectable)) hint(context.streams, collectHint());
  if (calls.every(isCollectable)) return;
  const which = run === undefined ? 'CALL... (or --run RUN, or --all)' : `--run ${run}`;
  hint(context.streams, settleHint(which));
}
