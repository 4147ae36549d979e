import type { Clock } from '../clock.ts';
import { CommandError, exitCodes, GivenUp, ItemError, systemCode } from '../errors.ts';
import { collisionKey } from '../outputs/name.ts';
import type { BatchEvent, Reporter, SummaryEvent } from '../report/events.ts';
import type { BalanceTaken, Charges, Payer } from '../report/money.ts';
import type { Found, Source } from '../sources/source.ts';
import { forEachConcurrently } from './concurrently.ts';
import { DriftError, watchDrift } from './drift.ts';
import { waitForOthers } from './elsewhere.ts';
import type { Engine } from './engine.ts';
import { createGate } from './gate.ts';
import { asItemError, type Elsewhere, type ItemParts, tellSkipped, workOn } from './item.ts';
import type { RunLedger } from './ledger.ts';
import type { BatchOptions } from './options.ts';
import { findFinished } from './recheck.ts';
import type { Stops } from './stops.ts';
import { createSweeper } from './sweeper.ts';
import { clearAside, rowAside } from './taken.ts';
import { count, startTally, summarise } from './tally.ts';
import { untilStopped } from './until-stopped.ts';
import { isHarmless } from './verdict.ts';

export interface BatchParts {
  readonly engine: Engine;
  readonly ledger: RunLedger;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly stops: Stops;
  /** Where somebody is paid: who, and what it came to by the ledger. */
  readonly money?: Money;
}

export interface Money {
  /** Absent where only what was bought before is made again. */
  readonly payer?: Payer;
  /** What the run came to so far. */
  charges(): Omit<Charges, 'reused'>;
  /** What was taken from the accounts, by the services' own word; asked once, when the last call has ended. */
  balance?(): Promise<readonly BalanceTaken[]>;
  /** Asked once before the first picture: whether the run may go on. */
  approve(emit: (event: BatchEvent) => Promise<void>): Promise<boolean>;
  /** Pictures that were not begun because that was not approved. */
  left(): number;
  /** Told when a picture is put off, because another process is at it. */
  putOff(): void;
}

// Sources looked at ahead of the pictures in work, so that finished ones are passed over quickly.
const lookAhead = 32;

/** Runs a whole batch: every source found ends as one event; the summary is told and returned. */
export async function runBatch(
  found: AsyncIterable<Found>,
  options: BatchOptions,
  parts: BatchParts,
): Promise<SummaryEvent> {
  const { engine, ledger, reporter, clock, stops } = parts;
  const startedMs = clock.monotonicMs();
  const tally = startTally();
  const elsewhere = new Map<Source, Elsewhere>();
  const timeUp =
    options.maxDurationMs === undefined ? undefined : stopAfter(options.maxDurationMs, clock, stops);

  async function emit(event: BatchEvent): Promise<void> {
    count(tally, event);
    try {
      await reporter.event(event);
    } catch (error) {
      refuseResults(error, stops);
    }
  }

  async function fail(shown: string, path: string, error: ItemError): Promise<void> {
    const { reason, message, hint } = error;
    if (reason === 'disk-full') {
      // Not the picture's failure: it waits for room.
      tally.left += 1;
      await emit({
        type: 'warning',
        message: `${shown}: ${message}`,
        ...(hint === undefined ? {} : { hint }),
      });
      return stops.stop('disk-full');
    }
    const made = error instanceof DriftError ? error.made : undefined;
    await ledger.record({
      source: path,
      output: undefined,
      state: 'failed',
      reason,
      message,
      hint,
      elapsedMs: 0,
      made,
    });
    await emit({
      ...{ type: 'failed', source: shown, reason, message },
      ...(hint === undefined ? {} : { hint }),
      ...(made?.cost && { cost: made.cost }),
      ...(made?.drift && { drift: made.drift }),
    });
    if (options.maxErrors !== undefined && tally.counts.failed >= options.maxErrors) stops.stop('max-errors');
  }

  async function skip(shown: string, path: string, { reason, message }: ItemError): Promise<void> {
    await ledger.record({ source: path, output: undefined, state: 'skipped', reason, message, elapsedMs: 0 });
    await emit({ type: 'skipped', source: shown, reason, message });
  }

  const itemParts: ItemParts = {
    engine,
    ledger,
    stops,
    sweeper: createSweeper(ledger),
    options,
    emit,
    nowMs: () => clock.monotonicMs(),
    gate: createGate(options.limit),
    drift: watchDrift(options, stops),
  };

  async function take(source: Source): Promise<void> {
    try {
      const row = await findFinished(source, ledger, engine, options);
      if (row !== undefined) {
        ledger.seen(collisionKey(row.outputPath), source.path);
        await clearAside(rowAside(source, row.outputPath, itemParts), row.outputPath, itemParts);
        return await tellSkipped(source, row.outputPath, 'done', itemParts);
      }
      const ending = await workOn(source, itemParts);
      if (ending === 'left') tally.left += 1;
      if (typeof ending === 'object') {
        elsewhere.set(source, ending);
        parts.money?.putOff();
      }
    } catch (error) {
      // What is wrong with the ledger or the command is not the picture's fault.
      if (error instanceof CommandError) throw error;
      if (error instanceof GivenUp) return giveUp(error);
      itemParts.drift.failed(error);
      const problem = asItemError(error);
      if (stops.killed()) tally.left += 1;
      else if (isHarmless(problem, source)) await skip(source.shown, source.path, problem);
      else await fail(source.shown, source.path, problem);
    }
  }

  // The picture waits for another run; a reason that concerns all of them ends this one, and is told once.
  async function giveUp({ stop, message, hint }: GivenUp): Promise<void> {
    tally.left += 1;
    if (stop === undefined || stops.reasons().includes(stop)) return;
    stops.stop(stop);
    await emit({ type: 'warning', message, ...(hint !== undefined && { hint }) });
  }

  async function handle(item: Found): Promise<void> {
    if (item.kind === 'source') {
      const { path, shown } = item.source;
      if (ledger.seen(`source ${path}`, path) === undefined) return take(item.source);
      return emit({
        type: 'skipped',
        source: shown,
        reason: 'listed-twice',
        message: 'is listed more than once',
      });
    }
    const problem = new ItemError(
      item.reason,
      item.message,
      item.hint === undefined ? {} : { hint: item.hint },
    );
    return item.failed ? fail(item.shown, item.shown, problem) : skip(item.shown, item.shown, problem);
  }

  await emit({
    type: 'run',
    run: ledger.runId,
    provider: options.provider,
    preset: options.preset,
    output: options.outputShown,
    concurrency: options.concurrency,
    memoryBudgetBytes: options.memoryBudgetBytes,
    dryRun: options.dryRun,
    ...(parts.money?.payer && { payer: parts.money.payer }),
  });
  if (parts.money !== undefined && !(await parts.money.approve(emit))) stops.stop('declined');
  try {
    await forEachConcurrently(untilStopped(found, stops.drain), lookAhead + options.concurrency, handle);
    await waitForOthers(elsewhere, take, { ledger, clock, stops, emit });
  } finally {
    timeUp?.abort();
  }
  tally.left += elsewhere.size + (parts.money?.left() ?? 0);
  if (stops.error() !== undefined) throw stops.error();
  const balance = (await parts.money?.balance?.()) ?? [];
  const charges = parts.money?.charges();
  const summary = summarise(tally, {
    run: ledger.runId,
    output: options.outputShown,
    seconds: (clock.monotonicMs() - startedMs) / 1000,
    stops: stops.reasons(),
    onExists: options.onExists,
    charges: charges && { ...charges, ...(balance.length > 0 && { balance }) },
  });
  await emit(summary);
  if (stops.error() !== undefined) throw stops.error();
  return summary;
}

// The reader of the results went away (`| head`), or the disk they go to is full: begin nothing new, finish what is in
// work.
function refuseResults(error: unknown, stops: Stops): void {
  const code = systemCode(error);
  if (code === undefined) throw error;
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') {
    if (stops.error() === undefined) stops.stop('output-closed');
  } else {
    stops.fail(
      new CommandError(`the results cannot be written to standard output (${code})`, {
        exitCode: exitCodes.temporary,
        hint: 'what was finished stands in the output folder; run the same command again to go on',
        cause: error,
      }),
    );
  }
}

function stopAfter(ms: number, clock: Clock, stops: Stops): AbortController {
  const cancel = new AbortController();
  clock.sleep(ms, cancel.signal).then(
    () => stops.stop('max-duration'),
    () => undefined,
  );
  return cancel;
}
