// A run with its place in the ledger: begun before the first picture, ended whatever happens.
import { runBatch } from '../../batch/run.ts';
import type { Stops } from '../../batch/stops.ts';
import { countsOf, type Offers, summing } from '../../batch/survey.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import type { ExitCode } from '../../errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Run } from '../../ledger/runs.ts';
import type { Reporter } from '../../report/events.ts';
import { bindDryRun, bindRun } from '../../run-ledger.ts';
import type { Found } from '../../sources/source.ts';
import { warner } from '../../streams.ts';
import { asRun } from './as-run.ts';
import type { Invocation } from './invocation.ts';
import type { Opened } from './opening.ts';
import type { Enhancement } from './options.ts';

export interface RecordParts {
  readonly reporter: Reporter;
  readonly stops: Stops;
  readonly context: KeyContext;
  /** Opens what does the work, for the run that pays for it (none in a dry run). */
  open(ledger: Ledger, run: Run | undefined): Promise<Opened>;
}

export interface RanAndRecorded {
  /** Undefined for a dry run. */
  readonly run: string | undefined;
  readonly exitCode: ExitCode;
}

/** Runs the batch and sets the exit code. */
export async function runAndRecord(
  found: AsyncIterable<Found>,
  enhancement: Enhancement,
  invocation: Invocation,
  { reporter, stops, context, open }: RecordParts,
): Promise<RanAndRecorded> {
  const { batch } = enhancement;
  const { clock } = context;
  if (batch.dryRun) {
    const ledger = await context.ledgerToRead();
    const dry = bindDryRun(ledger);
    try {
      const { engine, money, perMinute } = await open(ledger, undefined);
      const summed = summing(engine);
      const telling = money === undefined ? reporter : withPlan(reporter, summed.offers, perMinute);
      const parts = { engine: summed.engine, ...(money && { money }), ledger: dry, reporter: telling };
      const { exitCode } = await runBatch(found, batch, { ...parts, clock, stops });
      context.setExitCode(exitCode);
      return { run: undefined, exitCode };
    } finally {
      dry.close();
    }
  }
  const ledger = await context.ledger();
  const warn = warner(context.streams);
  const ran = await asRun({ ledger, enhancement, invocation, stops, warn }, async (run) => {
    const bound = bindRun(ledger, run, batch.outputFolder === undefined);
    const parts = { ...(await open(ledger, run)), ledger: bound };
    const summary = await runBatch(found, batch, { ...parts, reporter, clock, stops });
    const state = summary.exitCode === 130 || summary.exitCode === 143 ? 'interrupted' : 'finished';
    return { result: { run: run.id, exitCode: summary.exitCode }, state, counts: summary };
  });
  context.setExitCode(ran.exitCode);
  return ran;
}

// What all of it comes to, before the summary ends the output.
function withPlan(reporter: Reporter, offers: () => Offers, perMinute: Opened['perMinute']): Reporter {
  return {
    ...reporter,
    async event(event) {
      if (event.type === 'summary') {
        const { candidates: _, ...sums } = offers();
        const rate = await perMinute?.();
        const seconds = rate === undefined ? null : Math.round((sums.toBuy / rate) * 60);
        await reporter.event({ type: 'plan', ...countsOf(event), ...sums, seconds });
      }
      await reporter.event(event);
    },
  };
}
