import { type ExitCode, exitCodes, foremostExitCode, payerStopCodes } from '../errors.ts';
import type { BatchEvent, StopReason, SummaryEvent } from '../report/events.ts';
import type { Charges } from '../report/money.ts';
import type { OnExists } from './options.ts';

/** Counts what happened, event by event. */
export interface Tally {
  readonly counts: { enhanced: number; unchanged: number; planned: number; skipped: number; failed: number };
  readonly skippedBy: Record<string, number>;
  readonly failedBy: Record<string, number>;
  left: number;
  /** Made from what was bought before. */
  reused: number;
  /** Results that were compared with their pictures, and those of them that are too far from them. */
  compared: number;
  drifted: number;
  /** Results of a service that are their pictures as they were sent. */
  asSent: number;
  /** Those that lie in `_review`. */
  inReview: number;
}

export function startTally(): Tally {
  return {
    counts: { enhanced: 0, unchanged: 0, planned: 0, skipped: 0, failed: 0 },
    skippedBy: {},
    failedBy: {},
    left: 0,
    reused: 0,
    compared: 0,
    drifted: 0,
    asSent: 0,
    inReview: 0,
  };
}

export function count(tally: Tally, event: BatchEvent): void {
  const { counts, skippedBy, failedBy } = tally;
  if (event.type === 'done') {
    counts[event.state] += 1;
    if (event.cost?.reused) tally.reused += 1;
    if (event.review) tally.inReview += 1;
  }
  if ((event.type === 'done' || event.type === 'failed') && event.drift !== undefined) {
    tally.compared += 1;
    if (event.drift.reasons.length > 0) tally.drifted += 1;
    if (event.drift.measures.unchanged) tally.asSent += 1;
  }
  if (event.type === 'planned') counts.planned += 1;
  if (event.type === 'skipped') {
    counts.skipped += 1;
    skippedBy[event.reason] = (skippedBy[event.reason] ?? 0) + 1;
  }
  if (event.type === 'failed') {
    counts.failed += 1;
    failedBy[event.reason] = (failedBy[event.reason] ?? 0) + 1;
  }
}

const stopCodes: Readonly<Record<StopReason, ExitCode>> = {
  interrupt: exitCodes.interrupted,
  terminate: exitCodes.terminated,
  'max-errors': exitCodes.someFailed,
  'max-duration': exitCodes.timeLimit,
  'disk-full': exitCodes.temporary,
  'output-closed': exitCodes.temporary,
  limit: exitCodes.done,
  declined: exitCodes.done,
  drift: exitCodes.drift,
  'useless-answers': exitCodes.drift,
  ...payerStopCodes,
};

/** Every exit code that holds for a run that ended like this. */
export function heldCodes(
  tally: Tally,
  stops: readonly StopReason[],
  onExists: OnExists,
  unsettled = 0,
): ExitCode[] {
  const { counts, failedBy } = tally;
  const codes: ExitCode[] = stops.map((reason) => stopCodes[reason]);
  const missing = failedBy['not-found'] ?? 0;
  if (counts.failed > 0) codes.push(exitCodes.someFailed);
  if (unsettled + (failedBy.unsettled ?? 0) > 0) codes.push(exitCodes.unsettled);
  if (tally.left > 0 && stops.length === 0) codes.push(exitCodes.temporary);
  if (onExists === 'fail' && (failedBy['output-exists'] ?? 0) + (failedBy.collision ?? 0) > 0) {
    codes.push(exitCodes.outputExists);
  }
  const found =
    counts.enhanced + counts.unchanged + counts.planned + counts.failed + tally.left + pictures(tally);
  // Nothing but names that stand for nothing is no input, not a failed run.
  if (found === missing && stops.length === 0) return [exitCodes.noInput];
  return [...new Set(codes)].filter((code) => code !== exitCodes.done);
}

/** The last event of a run. */
export function summarise(
  tally: Tally,
  facts: {
    run: string;
    output: string;
    seconds: number;
    stops: readonly StopReason[];
    onExists: OnExists;
    charges: Omit<Charges, 'reused'> | undefined;
  },
): SummaryEvent {
  const held = heldCodes(tally, facts.stops, facts.onExists, facts.charges?.unsettled);
  return {
    type: 'summary',
    run: facts.run,
    ...tally.counts,
    left: tally.left,
    skippedBy: tally.skippedBy,
    failedBy: tally.failedBy,
    ...(tally.compared > 0 && { drifted: tally.drifted }),
    ...(tally.asSent > 0 && { asSent: tally.asSent }),
    ...(tally.inReview > 0 && { inReview: tally.inReview }),
    ...(facts.charges && { charges: { ...facts.charges, reused: tally.reused } }),
    output: facts.output,
    seconds: Math.round(facts.seconds * 1000) / 1000,
    stoppedBy: facts.stops[0] ?? null,
    exitCode: foremostExitCode(held),
    exitCodes: held,
  };
}

// Skipped because they are done or stand already; files that are no pictures do not count as input.
function pictures({ skippedBy }: Tally): number {
  const kinds = ['done', 'output-exists', 'output-changed', 'listed-twice'];
  return kinds.reduce((sum, kind) => sum + (skippedBy[kind] ?? 0), 0);
}
