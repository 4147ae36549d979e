// What a paid run is about to cost, told before the first picture and approved by whoever pays.

import type { Engine } from '../../batch/engine.ts';
import { type Candidate, chooseSample, sampleFirst } from '../../batch/sample.ts';
import { createStops, type Stops } from '../../batch/stops.ts';
import { type Survey, survey } from '../../batch/survey.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { dollarRange, dollars } from '../../money.ts';
import type { BatchEvent, Reporter } from '../../report/events.ts';
import { bindDryRun } from '../../run-ledger.ts';
import type { Found } from '../../sources/source.ts';
import { hint, say } from '../../streams.ts';
import { counted } from '../../text.ts';
import type { Enhancement } from './options.ts';
import { type Sampling, startSampling } from './sampling.ts';
import type { Spending } from './spending.ts';

export interface ApprovalParts {
  readonly find: () => AsyncIterable<Found>;
  readonly enhancement: Enhancement;
  readonly spending: Spending;
  readonly context: KeyContext;
  readonly ledger: Ledger;
  readonly stops: Stops;
  readonly reporter: Reporter;
  /** Pictures a minute that the service lets through, as far as is known. */
  readonly perMinute: () => Promise<number | undefined>;
  /** Whether pictures were bought with the preset before. */
  readonly isFamiliar: boolean;
}

export interface Approval {
  /** Looks at everything, tells what it comes to, and asks where somebody is to be asked. */
  approve(engine: Engine, emit: (event: BatchEvent) => Promise<void>): Promise<boolean>;
  /** The sources in the order they are to be taken. */
  sources(): AsyncIterable<Found>;
  /** Sees what becomes of them. */
  watch(event: BatchEvent): void;
  putOff(): void;
}

const proposedSample = 3;

export function createApproval(parts: ApprovalParts): Approval {
  const { find, spending, context, stops, reporter } = parts;
  let sampling: Sampling | undefined;

  async function approve(engine: Engine, emit: (event: BatchEvent) => Promise<void>): Promise<boolean> {
    const plan = await look(engine, parts);
    if (stops.drain.aborted) return true;
    const { candidates, ...sums } = plan;
    const perMinute = await parts.perMinute();
    const seconds = perMinute === undefined ? null : Math.round((plan.toBuy / perMinute) * 60);
    await emit({ type: 'plan', ...sums, seconds });
    const count = await sampleSize(plan);
    if (count !== undefined && count < plan.toBuy) {
      sampling = startSampling(
        chooseSample(candidates, count).map(({ path }: Candidate) => path),
        stops,
      );
      await tell(`${counted(count, 'picture')} first, from the smallest to the largest`);
      return true;
    }
    return confirm(plan);
  }

  const ask = (question: string, standard = false) =>
    reporter.aside(async () => (await context.prompts()).confirm(question, standard));
  const tell = (text: string) => reporter.aside(async () => say(context.streams, text));

  // What was asked for; on a terminal three are proposed the first time.
  async function sampleSize({ toBuy }: Survey): Promise<number | undefined> {
    if (spending.sample !== undefined) return spending.sample;
    if (!context.interactive || spending.yes || parts.isFamiliar || toBuy <= proposedSample) return undefined;
    const question = `The first time with this preset: make ${proposedSample} pictures first, and see?`;
    return (await ask(question, true)) ? proposedSample : undefined;
  }

  async function confirm({ toBuy, lowMicrousd, highMicrousd, unknown }: Survey): Promise<boolean> {
    if (spending.yes || !context.interactive || toBuy === 0) return true;
    if (unknown === 0 && highMicrousd <= spending.confirmAboveMicrousd) return true;
    const price =
      unknown > 0 ? 'at a price that is not known' : `for about ${dollarRange(lowMicrousd, highMicrousd)}`;
    return ask(`Buy ${counted(toBuy, 'picture')} ${price}?`);
  }

  // After the sample: what it cost, and whether the rest is worth it.
  async function approveRest(): Promise<boolean> {
    const made = await sampling?.made();
    if (made === undefined || stops.drain.aborted) return false;
    const { bought, microusd } = made;
    const each = bought === 0 ? undefined : Math.round(microusd / bought);
    await tell(
      each === undefined
        ? 'the sample is made, and nothing was bought for it'
        : `the sample is made: ${dollars(each)} a picture, ${made.seconds.toFixed(1)} s each`,
    );
    if (spending.yes) return true;
    const { approveUnderMicrousd: most } = spending;
    if (most !== undefined && each !== undefined) return each <= most || (await refuse(each, most));
    if (context.interactive) return ask('Go on with the rest?');
    await reporter.aside(async () =>
      hint(context.streams, 'look at the sample, then run the same command again without --sample'),
    );
    stops.stop('declined');
    return false;
  }

  async function refuse(each: number, most: number): Promise<boolean> {
    await tell(`a picture cost ${dollars(each)}, more than the ${dollars(most)} of --approve-under`);
    stops.stop('spending-limit');
    return false;
  }

  async function* sources(): AsyncIterable<Found> {
    if (sampling === undefined) yield* find();
    else yield* sampleFirst(find, sampling.paths, approveOrStop);
  }

  async function approveOrStop(): Promise<boolean> {
    const goesOn = await approveRest();
    if (!goesOn && !stops.drain.aborted) stops.stop('declined');
    return goesOn;
  }

  return { approve, sources, watch: (event) => sampling?.watch(event), putOff: () => sampling?.putOff() };
}

// With stops of its own: that the survey ends, also by --limit, does not end the run.
async function look(
  engine: Engine,
  { find, enhancement, context, ledger, stops }: ApprovalParts,
): Promise<Survey> {
  const own = createStops();
  const end = () => own.kill();
  stops.drain.addEventListener('abort', end);
  const dry = bindDryRun(ledger);
  const options = { ...enhancement.batch, maxErrors: undefined, maxDurationMs: undefined };
  try {
    return await survey(find(), options, { engine, ledger: dry, clock: context.clock, stops: own });
  } finally {
    stops.drain.removeEventListener('abort', end);
    dry.close();
  }
}
