import type { Clock } from '../clock.ts';
import { ItemError, systemCode } from '../errors.ts';
import { collisionKey } from '../outputs/name.ts';
import type { BatchEvent, Reporter, SummaryEvent } from '../report/events.ts';
import type { Found, Source } from '../sources/source.ts';
import { forEachConcurrently } from './concurrently.ts';
import type { Engine } from './engine.ts';
import { asItemError, type ItemParts, tellSkipped, workOn } from './item.ts';
import type { RunLedger } from './ledger.ts';
import type { BatchOptions } from './options.ts';
import { findFinished } from './recheck.ts';
import type { Stops } from './stops.ts';
import { createSweeper } from './sweeper.ts';
import { count, startTally, summarise } from './tally.ts';
import { isHarmless } from './verdict.ts';

export interface BatchParts {
  readonly engine: Engine;
  readonly ledger: RunLedger;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly stops: Stops;
}

// Sources looked at ahead of the pictures in work, so that finished ones are passed over quickly.
const lookAhead = 32;
const elsewhereMs = 250;

/** Runs a whole batch: every source found ends as one event; the summary is told and returned. */
export async function runBatch(
  found: AsyncIterable<Found>,
  options: BatchOptions,
  parts: BatchParts,
): Promise<SummaryEvent> {
  const { engine, ledger, reporter, clock, stops } = parts;
  const startedMs = clock.monotonicMs();
  const tally = startTally();
  const elsewhere: Source[] = [];
  const timeUp =
    options.maxDurationMs === undefined ? undefined : stopAfter(options.maxDurationMs, clock, stops);

  async function emit(event: BatchEvent): Promise<void> {
    count(tally, event);
    try {
      await reporter.event(event);
    } catch (error) {
      // The reader of the results went away (`| head`): begin nothing new, finish what is in work.
      if (!isClosed(error)) throw error;
      stops.stop('output-closed');
    }
  }

  async function fail(shown: string, path: string, error: ItemError): Promise<void> {
    const { reason, message, hint } = error;
    await ledger.record({
      source: path,
      output: undefined,
      state: 'failed',
      reason,
      message,
      hint,
      elapsedMs: 0,
    });
    await emit({ type: 'failed', source: shown, reason, message, ...(hint === undefined ? {} : { hint }) });
    if (reason === 'disk-full') stops.stop('disk-full');
    if (options.maxErrors !== undefined && tally.counts.failed >= options.maxErrors) stops.stop('max-errors');
  }

  let admitted = 0;
  const itemParts: ItemParts = {
    engine,
    ledger,
    stops,
    sweeper: createSweeper(ledger),
    options,
    emit,
    nowMs: () => clock.monotonicMs(),
    admit() {
      if (options.limit !== undefined && admitted >= options.limit) {
        stops.stop('limit');
        return false;
      }
      admitted += 1;
      return true;
    },
  };

  async function take(source: Source): Promise<void> {
    try {
      const row = await findFinished(source, ledger, engine, options);
      if (row !== undefined) {
        ledger.seen(collisionKey(row.outputPath), source.path);
        await tellSkipped(source, row.outputPath, 'done', itemParts);
        return;
      }
      const ending = await workOn(source, itemParts);
      if (ending === 'left') tally.left += 1;
      if (ending === 'elsewhere') elsewhere.push(source);
    } catch (error) {
      const problem = asItemError(error);
      if (stops.killed()) tally.left += 1;
      else if (isHarmless(problem, source)) {
        await emit({
          type: 'skipped',
          source: source.shown,
          reason: problem.reason,
          message: problem.message,
        });
      } else await fail(source.shown, source.path, problem);
    }
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
    if (!item.failed)
      return emit({ type: 'skipped', source: item.shown, reason: item.reason, message: item.message });
    const problem = new ItemError(
      item.reason,
      item.message,
      item.hint === undefined ? {} : { hint: item.hint },
    );
    return fail(item.shown, item.shown, problem);
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
  });
  try {
    await forEachConcurrently(untilStopped(found, stops.drain), lookAhead + options.concurrency, handle);
    while (elsewhere.length > 0 && !stops.drain.aborted) {
      await clock.sleep(elsewhereMs);
      for (const source of elsewhere.splice(0)) await take(source);
    }
    tally.left += elsewhere.length;
    if (stops.error() !== undefined) throw stops.error();
  } finally {
    timeUp?.abort();
  }
  const summary = summarise(tally, {
    run: ledger.runId,
    output: options.outputShown,
    seconds: (clock.monotonicMs() - startedMs) / 1000,
    stoppedBy: stops.reason(),
    onExists: options.onExists,
  });
  await emit(summary);
  return summary;
}

function isClosed(error: unknown): boolean {
  return ['EPIPE', 'ERR_STREAM_DESTROYED'].includes(systemCode(error) ?? '');
}

// Ends the input when the run drains; the generator is closed, so that no folder stays open.
async function* untilStopped<Item>(items: AsyncIterable<Item>, drain: AbortSignal): AsyncGenerator<Item> {
  try {
    for await (const item of items) {
      if (drain.aborted) return;
      yield item;
    }
  } catch (error) {
    if (!drain.aborted || error !== drain.reason) throw error;
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
