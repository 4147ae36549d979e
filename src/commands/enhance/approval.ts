// What a paid run is about to cost, told before the first picture and approved by whoever pays.
import type { Engine } from '../../batch/engine.ts';
import { type Candidate, chooseSample, sampleFirst } from '../../batch/sample.ts';
import { createStops, type Stops } from '../../batch/stops.ts';
import { type Survey, survey } from '../../batch/survey.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import { CommandError, type ExitCode, exitCodes } from '../../errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { dollarRange, dollars } from '../../money.ts';
import type { BatchEvent, Reporter, SampleEvent, StopReason } from '../../report/events.ts';
import type { Charges } from '../../report/money.ts';
import { bindDryRun } from '../../run-ledger.ts';
import type { Found } from '../../sources/source.ts';
import { hint, say } from '../../streams.ts';
import { counted } from '../../text.ts';
import type { Enhancement } from './options.ts';
import { type SampleMade, type Sampling, startSampling } from './sampling.ts';
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
  /** What the run came to so far. */
  readonly charges: () => Omit<Charges, 'reused'>;
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
  /** Pictures that were not begun because that was not approved. */
  left(): number;
}

const proposedSample = 3;

/** What ended a question, by the code it would end a command with. */
const stopsBy: Readonly<Partial<Record<ExitCode, StopReason>>> = {
  [exitCodes.interrupted]: 'interrupt',
  [exitCodes.terminated]: 'terminate',
};

export function createApproval(parts: ApprovalParts): Approval {
  const { find, spending, context, stops, reporter } = parts;
  let sampling: Sampling | undefined;
  let plan: Survey | undefined;
  let left = 0;

  async function approve(engine: Engine, emit: (event: BatchEvent) => Promise<void>): Promise<boolean> {
    const looked = await look(engine, parts);
    plan = looked;
    if (stops.drain.aborted) return true;
    const { candidates, ...sums } = looked;
    await emit({ type: 'plan', ...sums, seconds: await secondsFor(looked.toBuy) });
    const count = await sampleSize(looked);
    if (stops.drain.aborted) return true;
    if (count === undefined || count >= looked.toBuy) return confirm(looked, 1);
    if (!(await confirm(looked, count / looked.toBuy))) return false;
    sampling = startSampling(
      chooseSample(candidates, count).map(({ path }: Candidate) => path),
      stops,
      context.clock,
    );
    await reporter.aside(async () =>
      say(context.streams, `${counted(count, 'picture')} first, from the smallest to the largest`),
    );
    return true;
  }

  async function secondsFor(pictures: number): Promise<number | null> {
    const perMinute = await parts.perMinute();
    return perMinute === undefined ? null : Math.round((pictures / perMinute) * 60);
  }

  // Ctrl-C or a signal at a question stops the run like any other, so that what was bought so far is summed up.
  async function ask(question: string, standard = false): Promise<boolean> {
    try {
      return await reporter.aside(async () => (await context.prompts()).confirm(question, standard));
    } catch (error) {
      const reason = error instanceof CommandError ? stopsBy[error.exitCode] : undefined;
      if (reason === undefined) throw error;
      stops.stop(reason);
      return false;
    }
  }

  // What was asked for; on a terminal three are proposed the first time.
  async function sampleSize({ toBuy }: Survey): Promise<number | undefined> {
    if (spending.sample !== undefined) return spending.sample;
    if (!context.interactive || spending.yes || parts.isFamiliar || toBuy <= proposedSample) return undefined;
    const question = `The first time with this preset: make ${proposedSample} pictures first, and see?`;
    return (await ask(question, true)) ? proposedSample : undefined;
  }

  async function confirm({ toBuy, pictures, ...plan }: Survey, share: number): Promise<boolean> {
    if (spending.yes || !context.interactive || toBuy === 0) return true;
    const [low, high] = [plan.lowMicrousd * share, plan.highMicrousd * share];
    if (plan.unknown === 0 && high <= spending.confirmAboveMicrousd) return true;
    const price = plan.unknown > 0 ? 'at a price that is not known' : `for about ${dollarRange(low, high)}`;
    const goesOn = await ask(`Buy ${counted(Math.round(toBuy * share), 'picture')} ${price}?`);
    if (!goesOn) left = pictures;
    return goesOn;
  }

  // After the sample: what it cost with all that went wrong, what the rest will, and whether it is worth it.
  async function approveRest(taken: number): Promise<boolean> {
    const made = await sampling?.made(taken);
    if (made === undefined || stops.drain.aborted) return false;
    const result = await resultOf(taken, made);
    await reporter.event(result);
    const { approveUnderMicrousd: most } = spending;
    if (isAllDrifted(result) && !context.interactive) return leave(result, 'drift');
    if (most !== undefined) return (await isCheap(result, most)) || leave(result, 'spending-limit');
    if (spending.yes) return true;
    if (context.interactive) return (await ask('Go on with the rest?')) || leave(result, 'declined');
    await reporter.aside(async () =>
      hint(context.streams, 'look at the sample, then run the same command again without --sample'),
    );
    return leave(result, 'declined');
  }

  // Nobody is there to look, and results that drifted are not wanted.
  function isAllDrifted({ bought, drifted }: SampleEvent): boolean {
    const { onDrift, driftStop } = parts.enhancement.batch;
    return onDrift !== 'keep' && driftStop > 0 && bought > 0 && drifted >= bought;
  }

  async function resultOf(taken: number, made: SampleMade): Promise<SampleEvent> {
    const { bought, drifted, seconds } = made;
    const { microusd, unknown, unsettledMicrousd } = parts.charges();
    const spent = microusd + unsettledMicrousd;
    const each = bought === 0 || unknown > 0 ? null : Math.round(spent / bought);
    const rest = Math.max(0, (plan?.toBuy ?? 0) - taken);
    return {
      type: 'sample',
      ...{ pictures: taken, bought, drifted, microusd: spent, eachMicrousd: each, unknown, rest },
      restMicrousd: each === null ? null : each * rest,
      restSeconds: (await secondsFor(rest)) ?? Math.round((seconds / Math.max(1, taken)) * rest),
    };
  }

  async function isCheap({ eachMicrousd: each }: SampleEvent, most: number): Promise<boolean> {
    if (each !== null && each <= most) return true;
    const why =
      each === null
        ? 'what a picture costs is not known, and --approve-under is to hold'
        : `a picture cost ${dollars(each)}, more than the ${dollars(most)} of --approve-under`;
    await reporter.aside(async () => say(context.streams, why));
    return false;
  }

  function leave({ pictures }: SampleEvent, reason: 'declined' | 'spending-limit' | 'drift'): false {
    left = Math.max(0, (plan?.pictures ?? 0) - pictures);
    if (!stops.drain.aborted) stops.stop(reason);
    return false;
  }

  async function* sources(): AsyncIterable<Found> {
    if (sampling === undefined) yield* find();
    else yield* sampleFirst(find, sampling.paths, approveRest);
  }

  return {
    ...{ approve, sources, left: () => left },
    watch: (event) => sampling?.watch(event),
    putOff: () => sampling?.putOff(),
  };
}

// With stops of its own: that the survey ends, also by --limit, does not end the run.
async function look(
  engine: Engine,
  { find, enhancement, context, ledger, stops }: ApprovalParts,
): Promise<Survey> {
  const own = createStops();
  const end = () => own.kill();
  stops.drain.addEventListener('abort', end);
  // A signal may have come before there was anybody to hear it.
  if (stops.drain.aborted) end();
  const dry = bindDryRun(ledger);
  const options = { ...enhancement.batch, maxErrors: undefined, maxDurationMs: undefined };
  try {
    return await survey(find(), options, { engine, ledger: dry, clock: context.clock, stops: own });
  } finally {
    stops.drain.removeEventListener('abort', end);
    dry.close();
  }
}
