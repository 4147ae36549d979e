// Goes on with an earlier run: buys again what failed, or makes outputs again of what was bought.
import type { Context } from '../../context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import { isRecord } from '../../json.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunRow } from '../../ledger/runs.ts';
import type { FindBought } from '../../remote-run.ts';
import { say } from '../../streams.ts';
import { counted } from '../../text.ts';
import type { EnhanceFlags } from '../enhance/flags.ts';
import { type Invocation, invocationOf } from '../enhance/invocation.ts';
import { type Continuation, runEnhance } from '../enhance/run.ts';
import { readAsked } from '../enhance/sent.ts';
import { findRun } from './find-run.ts';

export interface RetryFlags extends Pick<EnhanceFlags, 'retryUnsettled' | 'json' | 'quiet' | 'verbose'> {
  /** False for `--no-input`. */
  readonly input?: boolean;
}

export type FinishFlags = Pick<
  EnhanceFlags,
  | 'output'
  | 'format'
  | 'outputQuality'
  | 'metadata'
  | 'gps'
  | 'disclose'
  | 'onExists'
  | 'onDrift'
  | 'json'
  | 'quiet'
  | 'verbose'
>;

const runsLookedAt = 100;

/** Tries the pictures that failed in a run once more, as they were asked for then. */
export async function retryRun(name: string | undefined, flags: RetryFlags, context: Context): Promise<void> {
  const ledger = await context.ledger();
  const run = findRun(ledger, name);
  const failed = new Set<string>();
  for (const { source } of ledger.items(run.id, 'failed')) failed.add(source);
  // Naming the run is the user's word for what was charged for nothing; what is unsettled needs one of its own.
  await goOn(run, failed, { ...flags }, { useless: true }, context);
}

/** Makes the outputs of a run again from what was bought, without network or key. */
export async function finishRun(
  name: string | undefined,
  flags: FinishFlags,
  context: Context,
): Promise<void> {
  const ledger = await context.ledger();
  const run = findRun(ledger, name ?? newestThatBought(ledger));
  const only = new Set<string>();
  const keys = new Map<string, string>();
  for (const { key, sourcePath, sourceSha256, provider, model } of ledger.purchases.sourcesOf(run.id)) {
    only.add(sourcePath);
    keys.set(JSON.stringify([provider, model, sourceSha256, sourcePath]), key);
  }
  const bought: FindBought = ({ provider, model }, { sha256, path }) =>
    keys.get(JSON.stringify([provider.id, model.id, sha256, path]));
  await goOn(run, only, { ...flags }, { bought }, context);
}

// A run that found everything done is no news.
function newestThatBought(ledger: Ledger): string | undefined {
  return ledger.runs(runsLookedAt).find(({ id }) => ledger.purchases.sourcesOf(id).length > 0)?.id;
}

async function goOn(
  run: RunRow,
  only: ReadonlySet<string>,
  flags: EnhanceFlags,
  more: Omit<Continuation, 'only'>,
  context: Context,
): Promise<void> {
  const { cwd, paths, flags: before, piped } = howItWasAsked(run);
  if (piped) throw throughPipe(run);
  if (only.size === 0) {
    const what = more.bought ? 'nothing was bought in it' : 'nothing failed in it';
    return say(context.streams, `nothing to do for run ${run.id}: ${what}`);
  }
  say(context.streams, `run ${run.id}: ${counted(only.size, 'picture')}`);
  const now = given(flags);
  const all = { ...carriedOver(before, now), ...chosenThen(run, before), ...now };
  await runEnhance(paths, all, { ...context, cwd }, { ...more, only, asked: readAsked(run.recipe) });
}

function throughPipe(run: RunRow): CommandError {
  return new CommandError(`run ${run.id} was one picture through a pipe, which is not kept`, {
    exitCode: exitCodes.usage,
    hint: 'pipe it in again: what was bought is not bought twice, and --retry-unsettled always buys what gave no picture',
  });
}

function howItWasAsked(run: RunRow): Invocation {
  const invocation = invocationOf(run.recipe);
  if (invocation !== undefined) return invocation;
  throw new CommandError(`the ledger does not tell how run ${run.id} was asked for`, {
    exitCode: exitCodes.usage,
    hint: 'give the command again; what is done or bought is not done or bought twice',
  });
}

// The user's defaults may have changed since.
function chosenThen({ recipe }: RunRow, { preset: named }: EnhanceFlags): EnhanceFlags {
  const { provider, preset } = isRecord(recipe) ? recipe : {};
  return {
    ...(typeof provider === 'string' && { provider }),
    ...(typeof preset === 'string' && { preset: named ?? preset }),
  };
}

// What spoke of that one run alone is left out: how it was watched, how far it was to go, and the user's word for it.
const ofThatRun = [
  ...([
    'dryRun',
    'limit',
    'showUpload',
    'json',
    'quiet',
    'verbose',
    'print0',
    'filesFrom',
    'contactSheet',
  ] as const),
  ...(['maxErrors', 'maxDuration', 'force', 'sample', 'approveUnder', 'yes', 'retryUnsettled'] as const),
];

function carriedOver(before: EnhanceFlags, { output }: EnhanceFlags): EnhanceFlags {
  const rest = { ...before };
  for (const flag of ofThatRun) delete rest[flag];
  // Another folder takes the place of the originals, and is none that the lock file speaks of.
  if (output !== undefined) {
    delete rest.inPlace;
    delete rest.backupDir;
    delete rest.lock;
  }
  return rest;
}

function given(flags: EnhanceFlags): EnhanceFlags {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}
