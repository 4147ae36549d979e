// One picture through a pipe that somebody is paid for: a run of its own, whatever it came to is told.
import type { Engine } from '../../batch/engine.ts';
import type { Stops } from '../../batch/stops.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import { CommandError, exitCodes, GivenUp, ItemError, payerStopCodes } from '../../errors.ts';
import { isCollectable } from '../../ledger/attempts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Run } from '../../ledger/runs.ts';
import { dollars } from '../../money.ts';
import { payerLines } from '../../report/payer.ts';
import { settleHint } from '../../settle-hints.ts';
import { hint, say, warner } from '../../streams.ts';
import { counted } from '../../text.ts';
import { asRun } from './as-run.ts';
import { openRemote } from './engine.ts';
import type { EnhanceFlags } from './flags.ts';
import type { Enhancement } from './options.ts';
import { askToRetry } from './unsettled.ts';

export interface PaidPipe {
  readonly flags: EnhanceFlags;
  readonly enhancement: Enhancement;
  readonly context: KeyContext;
  readonly stops: Stops;
}

/**
 * Has the picture made by a service, and tells what may have been charged for nothing. Throws ItemError, with hints for a
 * picture that comes through a pipe; CommandError where the account or the key is to blame; GivenUp when stopped.
 */
export async function payForPipe<Result>(
  enhance: (engine: Engine) => Promise<Result>,
  parts: PaidPipe,
): Promise<Result> {
  const { flags, enhancement, context, stops } = parts;
  const ledger = await context.ledger();
  const invocation = { cwd: context.cwd, paths: [], flags, piped: true as const };
  let runId = '';
  try {
    return await asRun(
      { ledger, enhancement, invocation, stops, warn: warner(context.streams) },
      async (run) => {
        runId = run.id;
        const engine = await openPayer(ledger, run, parts);
        const result = await enhance(engine);
        return { result, state: stops.reasons().length > 0 ? 'interrupted' : 'finished', counts: null };
      },
    );
  } catch (error) {
    const isTold = tellUnsettled(ledger, runId, context);
    if (error instanceof GivenUp && error.stop !== undefined) throw asCommandError(error);
    throw error instanceof ItemError ? forPipe(error, isTold) : error;
  }
}

async function openPayer(
  ledger: Ledger,
  run: Run,
  { flags, enhancement, context, stops }: PaidPipe,
): Promise<Engine> {
  const { work, batch } = enhancement;
  if (work.kind !== 'remote') throw new Error('nobody is paid');
  const repeat = await askToRetry(work.recipe, ledger, context);
  const { engine, payer } = await openRemote(enhancement, context, {
    ...{ ledger, run, stops, bought: undefined, repeat, pictures: 1, piped: true },
    warn: warner(context.streams),
  });
  const { provider } = batch;
  if (!flags.quiet) for (const line of payerLines({ provider, payer })) say(context.streams, line);
  return engine;
}

// Whatever ended the run: a call that may have been charged is the user's to know of.
function tellUnsettled(ledger: Ledger, runId: string, { streams }: KeyContext): boolean {
  const { unsettled, unsettledMicrousd } = ledger.purchases.totalsOf(runId);
  if (unsettled === 0) return false;
  const most = unsettledMicrousd > 0 ? `, at most ${dollars(unsettledMicrousd)}` : '';
  say(streams, `unsettled: ${counted(unsettled, 'call')} may have been charged without a picture${most}`);
  if (ledger.purchases.unsettled(runId).every(isCollectable)) {
    hint(streams, 'pipe the picture in again: it is collected, not bought again');
    return true;
  }
  hint(streams, settleHint(`--run ${runId}`));
  return true;
}

// The picture is not kept, so that `runs retry` has nothing to go on with.
function forPipe(error: ItemError, isTold: boolean): ItemError {
  const { reason, message, cause } = error;
  const again = 'pipe the picture in once more with --retry-unsettled always';
  const hints: Partial<Record<typeof reason, string>> = {
    'answer-unusable': `what came is kept; to buy it again, ${again}`,
    'paid-lost': `bring the file back; or, to buy it again, ${again}`,
    ...(isTold && { unsettled: `to buy it again, ${again}` }),
  };
  const next = hints[reason];
  return next === undefined ? error : new ItemError(reason, message, { hint: next, cause });
}

function asCommandError({ stop, message, hint: next, cause }: GivenUp): CommandError {
  const exitCode = stop === undefined ? exitCodes.temporary : payerStopCodes[stop];
  return new CommandError(message, { exitCode, cause, ...(next !== undefined && { hint: next }) });
}
