import type { Engine } from '../../batch/engine.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import { ledgerGap } from '../../ledger-gap.ts';
import type { RemoteRun, RemoteRunOptions } from '../../remote-run.ts';
import { madeHere } from '../../source-types.ts';
import type { Enhancement } from './options.ts';
import { sentBy } from './sent.ts';

/** The provider `local`, for an enhancement that asks for it. */
export function openLocalEngine(enhancement: Enhancement, context: KeyContext): Promise<Engine> {
  const { work, batch } = enhancement;
  if (work.kind !== 'local') throw new Error('the work is for a service');
  const { concurrency, memoryBudgetBytes } = batch;
  const { encode, ...options } = imageOptions(enhancement);
  const labelled = enhancement.disclose === 'auto' ? { ...encode, disclosure: madeHere } : encode;
  return context.localEngine({
    recipe: work.recipe,
    ...options,
    encode: labelled,
    concurrency,
    memoryBudgetBytes,
  });
}

/** A service, for an enhancement that asks for it. Throws CommandError (2) where the ledger does not know what was bought. */
export async function openRemote(
  enhancement: Enhancement,
  context: KeyContext,
  parts: Pick<
    RemoteRunOptions,
    'ledger' | 'run' | 'stops' | 'bought' | 'repeat' | 'pictures' | 'piped' | 'warn'
  >,
): Promise<RemoteRun> {
  const { work, batch } = enhancement;
  if (work.kind !== 'remote') throw new Error('the work is for this processor');
  if (parts.bought === undefined) await checkLedger(parts, context);
  const { openRemoteRun } = await import('../../remote-run.ts');
  return openRemoteRun(context, {
    ...parts,
    ...imageOptions(enhancement),
    recipe: work.recipe,
    sent: sentBy,
    disclose: enhancement.disclose === 'auto',
    memoryBudgetBytes: batch.memoryBudgetBytes,
    maxCostMicrousd: enhancement.spending.maxCostMicrousd,
  });
}

// A dry run buys nothing, and is told what a real one would be.
async function checkLedger(
  { ledger, run, warn }: Pick<RemoteRunOptions, 'ledger' | 'run' | 'warn'>,
  { paths }: KeyContext,
): Promise<void> {
  const gap = await ledgerGap(ledger, paths);
  if (gap !== undefined && run !== undefined) throw gap;
  if (gap !== undefined) warn(gap.message, gap.hint);
}

function imageOptions({ limits, maxFileBytes, format, quality, metadata, gps }: Enhancement) {
  return { limits, maxFileBytes, format, encode: { quality, metadata, gps } };
}
