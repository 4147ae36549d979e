// Looks at a whole run before it costs anything: a dry run of which only the sums are kept.
import { dirname } from 'node:path';
import type { BatchEvent, Reporter } from '../report/events.ts';
import type { Found, Source } from '../sources/source.ts';
import type { Engine, OpenImage, PlanReport } from './engine.ts';
import type { BatchOptions } from './options.ts';
import { type BatchParts, runBatch } from './run.ts';
import { type Candidate, createCandidates } from './sample.ts';

export interface Survey {
  readonly pictures: number;
  readonly toBuy: number;
  readonly boughtBefore: number;
  readonly done: number;
  readonly failing: number;
  readonly lowMicrousd: number;
  readonly highMicrousd: number;
  readonly mostMicrousd: number;
  readonly unknown: number;
  /** Some of the pictures to buy, over the whole input. */
  readonly candidates: readonly Candidate[];
}

/** Reads every picture that would be worked on, and writes nothing. Each purchase counts once, however many files it is for. */
export async function survey(
  found: AsyncIterable<Found>,
  options: BatchOptions,
  parts: Omit<BatchParts, 'reporter' | 'money'>,
): Promise<Survey> {
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

  const engine = listening(parts.engine, note);
  const summary = await runBatch(found, { ...options, dryRun: true }, { ...parts, engine, reporter: silent });
  const { planned: pictures, failed: failing, skippedBy } = summary;
  const done = skippedBy.done ?? 0;
  return { pictures, toBuy, boughtBefore, done, failing, ...sums, candidates: candidates.all() };
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
