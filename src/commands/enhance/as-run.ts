// A run's place in the ledger: begun, shown to live, ended whatever happens.
import { resolve } from 'node:path';
import type { Stops } from '../../batch/stops.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Run } from '../../ledger/runs.ts';
import { realPlace } from './folders.ts';
import type { Invocation } from './invocation.ts';
import type { Enhancement } from './options.ts';
import { askedOf } from './sent.ts';

const heartbeatMs = 5_000;

export interface RunParts {
  readonly ledger: Ledger;
  readonly enhancement: Enhancement;
  readonly invocation: Invocation;
  /** Told when the ledger can no longer be written to. */
  readonly stops: Stops;
  warn(message: string, hint?: string): void;
}

export interface Ended<Result> {
  readonly result: Result;
  readonly state: 'finished' | 'interrupted' | 'failed';
  readonly counts: unknown;
}

/** Begins a run, shows that it lives while `work` goes on, and ends it whatever happens. */
export async function asRun<Result>(
  { ledger, enhancement, invocation, stops, warn }: RunParts,
  work: (run: Run) => Promise<Ended<Result>>,
): Promise<Result> {
  const run = await begin(ledger, enhancement, invocation);
  const beat = startBeating(ledger, run, stops);
  let end: Omit<Ended<Result>, 'result'> = { state: 'failed', counts: null };
  try {
    const { result, ...ended } = await work(run);
    end = ended;
    return result;
  } finally {
    clearInterval(beat);
    await endRun(ledger, run, end, warn);
  }
}

const mostMissed = 4;

// A full disk may get room again; a run that is silent for 30 s may be taken for dead elsewhere.
function startBeating(ledger: Ledger, run: Run, stops: Stops): NodeJS.Timeout {
  let missed = 0;
  const beat = async () => {
    try {
      await ledger.heartbeat(run);
      missed = 0;
    } catch (error) {
      missed += 1;
      const mayPass = error instanceof CommandError && error.exitCode === exitCodes.temporary;
      if (!mayPass || missed > mostMissed) stops.fail(error);
    }
  };
  return setInterval(beat, heartbeatMs);
}

// That an interrupted run was interrupted is what its exit code says, also where the ledger could not take it.
async function endRun(
  ledger: Ledger,
  run: Run,
  end: Omit<Ended<unknown>, 'result'>,
  warn: RunParts['warn'],
): Promise<void> {
  try {
    await ledger.endRun(run, end);
  } catch (error) {
    if (end.state !== 'interrupted' || !(error instanceof CommandError)) throw error;
    warn(error.message, error.hint);
  }
}

async function begin(
  ledger: Ledger,
  { batch, work, tag }: Enhancement,
  invocation: Invocation,
): Promise<Run> {
  // A list may lead anywhere below, so its run in place has the folder for its own.
  const roots = invocation.paths.length > 0 ? invocation.paths : ['.'];
  const facts =
    work.kind === 'local'
      ? work.recipe
      : { model: work.recipe.model.id, quality: work.recipe.quality, ...askedOf(work.recipe) };
  return ledger.beginRun({
    recipe: { provider: batch.provider, preset: batch.preset, key: batch.recipeKey, ...facts, invocation },
    outputFolder: batch.outputFolder,
    inPlace: batch.outputFolder === undefined,
    preset: batch.preset,
    tag,
    roots: await Promise.all(roots.map((path) => realPlace(resolve(invocation.cwd, path)))),
  });
}
