import type { Context } from '../../context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import type { AttemptRow } from '../../ledger/attempts.ts';
import type { Which } from '../../ledger/purchases.ts';
import { hint, say, writeResult } from '../../streams.ts';
import { counted } from '../../text.ts';
import { callJson } from './call.ts';
import { mostInWords } from './most.ts';
import { openUsage } from './open.ts';

export interface SettleFlags {
  readonly run?: string;
  readonly all?: boolean;
  readonly charged?: boolean;
  /** Another word for `charged`. */
  readonly paid?: boolean;
  readonly free?: boolean;
  readonly json?: boolean;
}

/** `imgsys usage settle`: the user's word on calls that may have been charged. */
export async function settleCalls(
  calls: readonly string[],
  flags: SettleFlags,
  context: Context,
): Promise<void> {
  const which = whichCalls(calls, flags);
  const how = howSettled(flags);
  const { purchases } = await openUsage(flags.run, context);
  const settled = await purchases.settle(which, how);
  if (flags.json) {
    for (const call of settled) await writeResult(context.streams, `${callJson(call)}\n`);
    return;
  }
  say(context.streams, inWords(settled, how));
  if (settled.length > 0 && how === 'charged') {
    hint(context.streams, 'buy such a picture again with imgsys runs retry RUN');
  }
}

function whichCalls(ids: readonly string[], { run, all }: SettleFlags): Which {
  const ways = [ids.length > 0, run !== undefined, all === true].filter(Boolean).length;
  if (ways !== 1) {
    throw usage(ways === 0 ? 'which calls are settled?' : 'calls, --run and --all exclude one another');
  }
  return run !== undefined ? { runId: run } : all ? 'all' : { ids };
}

function howSettled({ paid, charged = paid, free }: SettleFlags): 'charged' | 'free' {
  if (charged === free) {
    throw new CommandError(charged ? '--charged and --free exclude one another' : 'were the calls charged?', {
      exitCode: exitCodes.usage,
      hint: 'look at the usage page of the provider, then give --charged or --free',
    });
  }
  return charged ? 'charged' : 'free';
}

function inWords(settled: readonly AttemptRow[], how: 'charged' | 'free'): string {
  if (settled.length === 0) return 'nothing is unsettled';
  const calls = `settled ${counted(settled.length, 'call')} as ${how}`;
  if (how === 'free') return `${calls}: the pictures may be bought again`;
  const unknown = settled.filter(({ reservedMicrousd }) => reservedMicrousd === undefined).length;
  const most = settled.reduce((sum, { reservedMicrousd = 0 }) => sum + reservedMicrousd, 0);
  return `${calls}, ${mostInWords(most, unknown)}`;
}

function usage(message: string): CommandError {
  return new CommandError(message, {
    exitCode: exitCodes.usage,
    hint: 'name calls as imgsys usage --unsettled lists them, or give --run RUN or --all',
  });
}
