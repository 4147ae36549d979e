// A run with its place in the ledger: begun before the first picture, ended whatever happens.
import { resolve } from 'node:path';
import { type BatchParts, runBatch } from '../../batch/run.ts';
import type { Stops } from '../../batch/stops.ts';
import { countsOf, type Offers, summing } from '../../batch/survey.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Run } from '../../ledger/runs.ts';
import type { Reporter } from '../../report/events.ts';
import { bindDryRun, bindRun } from '../../run-ledger.ts';
import type { Found } from '../../sources/source.ts';
import { realPlace } from './folders.ts';
import type { Invocation } from './invocation.ts';
import type { Enhancement } from './options.ts';
import { askedOf } from './sent.ts';

export interface RecordParts {
  readonly reporter: Reporter;
  readonly stops: Stops;
  readonly context: KeyContext;
  /** Opens what does the work, for the run that pays for it (none in a dry run). */
  open(ledger: Ledger, run: Run | undefined): Promise<Pick<BatchParts, 'engine' | 'money'>>;
}

const heartbeatMs = 5_000;

/** Runs the batch and sets the exit code. */
export async function runAndRecord(
  found: AsyncIterable<Found>,
  enhancement: Enhancement,
  invocation: Invocation,
  { reporter, stops, context, open }: RecordParts,
): Promise<void> {
  const { batch } = enhancement;
  const { clock } = context;
  if (batch.dryRun) {
    const ledger = await context.ledgerToRead();
    const dry = bindDryRun(ledger);
    try {
      const { engine, money } = await open(ledger, undefined);
      const summed = summing(engine);
      const telling = money === undefined ? reporter : withPlan(reporter, summed.offers);
      const parts = { engine: summed.engine, ...(money && { money }), ledger: dry, reporter: telling };
      context.setExitCode((await runBatch(found, batch, { ...parts, clock, stops })).exitCode);
    } finally {
      dry.close();
    }
    return;
  }
  const ledger = await context.ledger();
  const exitCode = await asRun({ ledger, enhancement, invocation, stops }, async (run) => {
    const bound = bindRun(ledger, run, batch.outputFolder === undefined);
    const parts = { ...(await open(ledger, run)), ledger: bound };
    const summary = await runBatch(found, batch, { ...parts, reporter, clock, stops });
    const state = summary.exitCode === 130 || summary.exitCode === 143 ? 'interrupted' : 'finished';
    return { result: summary.exitCode, state, counts: summary };
  });
  context.setExitCode(exitCode);
}

// What all of it comes to, before the summary ends the output.
function withPlan(reporter: Reporter, offers: () => Offers): Reporter {
  return {
    ...reporter,
    async event(event) {
      if (event.type === 'summary') {
        const { candidates: _, ...sums } = offers();
        await reporter.event({ type: 'plan', ...countsOf(event), ...sums, seconds: null });
      }
      await reporter.event(event);
    },
  };
}

export interface RunParts {
  readonly ledger: Ledger;
  readonly enhancement: Enhancement;
  readonly invocation: Invocation;
  /** Told when the ledger can no longer be written to. */
  readonly stops: Stops;
}

export interface Ended<Result> {
  readonly result: Result;
  readonly state: 'finished' | 'interrupted' | 'failed';
  readonly counts: unknown;
}

/** Begins a run, shows that it lives while `work` goes on, and ends it whatever happens. */
export async function asRun<Result>(
  { ledger, enhancement, invocation, stops }: RunParts,
  work: (run: Run) => Promise<Ended<Result>>,
): Promise<Result> {
  const run = await begin(ledger, enhancement, invocation);
  const beat = setInterval(() => ledger.heartbeat(run).catch((error) => stops.fail(error)), heartbeatMs);
  let end: Omit<Ended<Result>, 'result'> = { state: 'failed', counts: null };
  try {
    const { result, ...ended } = await work(run);
    end = ended;
    return result;
  } finally {
    clearInterval(beat);
    await ledger.endRun(run, end);
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
    recipe: { provider: batch.provider, preset: batch.preset, ...facts, invocation },
    outputFolder: batch.outputFolder,
    inPlace: batch.outputFolder === undefined,
    preset: batch.preset,
    tag,
    roots: await Promise.all(roots.map((path) => realPlace(resolve(invocation.cwd, path)))),
  });
}
