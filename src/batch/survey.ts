// Looks at a whole run before it costs anything: a dry run of which only the sums are kept.
import { dirname } from 'node:path';
import type { BatchEvent, Reporter, SummaryEvent } from '../report/events.ts';
import type { Found, Source } from '../sources/source.ts';
import type { Engine, OpenImage, PlanReport } from './engine.ts';
import type { BatchOptions } from './options.ts';
import { type BatchParts, runBatch } from './run.ts';
import { type Candidate, createCandidates } from './sample.ts';

export interface Survey extends Offers {
  readonly pictures: number;
  readonly done: number;
  readonly failing: number;
}

/** What the pictures that are planned would be bought for. Each purchase counts once, however many files it is for. */
export interface Offers {
  readonly toBuy: number;
  readonly boughtBefore: number;
  readonly lowMicrousd: number;
  readonly highMicrousd: number;
  readonly mostMicrousd: number;
  readonly unknown: number;
  readonly candidates: readonly Candidate[];
}

/** Reads every picture that would be worked on, and writes nothing. */
export async function survey(
  found: AsyncIterable<Found>,
  options: BatchOptions,
  parts: Omit<BatchParts, 'reporter' | 'money'>,
): Promise<Survey> {
  const { engine, offers } = summing(parts.engine);
  const dry = { ...options, dryRun: true };
  const summary = await runBatch(found, dry, { ...parts, engine, reporter: silent });
  return { ...countsOf(summary), ...offers() };
}

/** The counts of a dry run's summary. */
export function countsOf({ planned, failed, skippedBy }: SummaryEvent) {
  return { pictures: planned, failing: failed, done: skippedBy.done ?? 0 };
}

/** The same engine, and the sum of all it offered when it was asked for plans. */
export function summing(engine: Engine): { engine: Engine; offers(): Offers } {
  const sums = { lowMicrousd: 0, highMicrousd: 0, mostMicrousd: 0, unknown: 0 };
  const keys = new Set<string>();
  const candidates = createCandidates();
  let [toBuy, boughtBefore] = [0, 0];

  function note(source: Source, { offer, width, height }: PlanReport): void {
    if (offer === undefined) return;
    if (offer.bought || keys.has(offer.key)) {
      boughtBefore += 1;
      return;
    }
    keys.add(offer.key);
    toBuy += 1;
    candidates.add({ path: source.path, folder: dirname(source.path), pixels: width * height });
    if (offer.cost === undefined) {
      sums.unknown += 1;
      return;
    }
    sums.lowMicrousd += offer.cost.lowMicrousd;
    sums.highMicrousd += offer.cost.highMicrousd;
    sums.mostMicrousd += offer.cost.mostMicrousd;
  }

  return {
    engine: listening(engine, note),
    offers: () => ({ toBuy, boughtBefore, ...sums, candidates: candidates.all() }),
  };
}

function listening(engine: Engine, note: (source: Source, report: PlanReport) => void): Engine {
  return {
    ...engine,
    withImage: (source, job, begin) =>
      engine.withImage(source, (image) => job(planningAloud(image, (report) => note(source, report))), begin),
  };
}

function planningAloud(image: OpenImage, tell: (report: PlanReport) => void): OpenImage {
  return {
    ...image,
    async plan() {
      const report = await image.plan();
      tell(report);
      return report;
    },
  };
}

const silent: Reporter = {
  event: async (_: BatchEvent) => {},
  wantsTotal: false,
  total: () => {},
  money: () => {},
  aside: (work) => work(),
  close: () => {},
};
