import type { Clock } from '../clock.ts';
import { hint, type Streams, say, warn, writeResult } from '../streams.ts';
import { printable } from '../text.ts';
import { balanceLines } from './balance-lines.ts';
import type { BatchEvent, DoneEvent, PlannedEvent, Reporter } from './events.ts';
import { createLiveLine, type LiveLine } from './live.ts';
import type { MoneyStatus } from './money.ts';
import { payerLines, planLine, sampleLine } from './payer.ts';
import { sayPlan } from './plan-lines.ts';
import { advance, duration, ratePerSecond, secondsLeft, startProgress } from './progress.ts';
import { summaryLines } from './summary.ts';

export interface TextOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Ends each result with NUL instead of a newline. */
  readonly print0: boolean;
  /** A live line on the terminal; otherwise a plain line of progress every `progressMs`. */
  readonly live: boolean;
}

const progressMs = 15_000;
// Some name their picture.
const mostHints = 100;

/** Results on standard output, words for people on standard error. */
export function createTextReporter(streams: Streams, clock: Clock, options: TextOptions): Reporter {
  const progress = startProgress(clock.monotonicMs());
  let money: (() => MoneyStatus) | undefined;
  const live: LiveLine | undefined =
    options.live && !options.quiet ? createLiveLine(streams, clock, progress, () => money?.()) : undefined;
  let lastProgressMs = clock.monotonicMs();

  // Writes above the live line, never through it.
  async function above(write: () => void | Promise<void>): Promise<void> {
    live?.hide();
    await write();
    live?.show();
  }

  // What is wrong with many pictures is mended once.
  const hinted = new Set<string>();
  function hintOnce(text: string): void {
    if (hinted.has(text)) return;
    if (hinted.size < mostHints) hinted.add(text);
    hint(streams, text);
  }

  async function event(event: BatchEvent): Promise<void> {
    advance(progress, event);
    if (event.type === 'run') return begin(event);
    if (event.type === 'plan') return tell(planLine(event));
    if (event.type === 'sample') return tell(sampleLine(event));
    if (event.type === 'done' || event.type === 'planned') return finished(event);
    if (event.type === 'failed') {
      return above(() => {
        say(streams, `${printable(event.source)}: failed: ${printable(event.message)}`);
        if (event.hint !== undefined) hintOnce(event.hint);
      });
    }
    if (event.type === 'skipped') {
      if (options.verbose)
        await above(() => say(streams, `${printable(event.source)}: skipped: ${printable(event.message)}`));
    }
    if (event.type === 'warning') {
      return above(() => {
        warn(streams, printable(event.message));
        if (event.hint !== undefined) hint(streams, event.hint);
      });
    }
    if (event.type === 'summary' && !options.quiet) {
      live?.stop();
      for (const line of summaryLines(event)) say(streams, line);
      if (options.verbose) for (const line of balanceLines(event)) say(streams, line);
      return;
    }
    plainProgress();
  }

  async function begin(event: Extract<BatchEvent, { type: 'run' }>): Promise<void> {
    if (options.quiet) return;
    const how = event.payer === undefined ? unpaid(event.provider) : event.provider;
    const dry = event.payer === undefined ? 'nothing is written' : 'no picture is sent, nothing is written';
    for (const line of payerLines(event)) say(streams, line);
    say(streams, `preset ${event.preset}, ${how}${event.dryRun ? ` (dry run: ${dry})` : ''}`);
    live?.show();
  }

  async function tell(line: string): Promise<void> {
    if (!options.quiet) await above(() => say(streams, line));
  }

  async function finished(event: DoneEvent | PlannedEvent): Promise<void> {
    await above(async () => {
      if (options.verbose || (event.type === 'planned' && !options.quiet)) {
        const to = event.type === 'planned' ? ` → ${printable(event.output)}` : '';
        const title = `${printable(event.source)}${to}`;
        if (options.verbose) sayPlan(streams, title, event);
        else say(streams, `${title}: ${event.planText || 'nothing to mend'}`);
      }
      if (event.type === 'done' && options.verbose && event.drift !== undefined) {
        say(streams, `  compared: ${measuresInWords(event.drift)}`);
      }
      if (event.type === 'done' && !options.quiet) {
        for (const warning of event.warnings)
          warn(streams, `${printable(event.source)}: ${printable(warning.message)}`);
        if (event.review) hint(streams, `look at it: ${printable(event.output)}`);
      }
      // Who takes the results from here takes them for good ones.
      if (event.type === 'planned' || event.review) return;
      const shown = streams.stdout.isTTY ? printable(event.output) : event.output;
      await writeResult(streams, options.print0 ? `${event.output}\0` : `${shown}\n`);
    });
    plainProgress();
  }

  function plainProgress(): void {
    const now = clock.monotonicMs();
    if (live !== undefined || options.quiet || now - lastProgressMs < progressMs) return;
    lastProgressMs = now;
    const left = secondsLeft(progress, now);
    const total = progress.total === undefined ? '' : ` of ${progress.total}`;
    const eta = left === undefined ? '' : `, ${duration(left)} left`;
    say(
      streams,
      `${progress.finished}${total} files, ${ratePerSecond(progress, now).toFixed(1)}/s, ${progress.failed} failed${eta}`,
    );
  }

  return {
    wantsTotal: live !== undefined,
    event,
    total: (files) => {
      progress.total = files;
    },
    money(status) {
      money = status;
    },
    async aside(work) {
      live?.hide();
      try {
        return await work();
      } finally {
        live?.show();
      }
    },
    close: () => live?.stop(),
  };
}

function measuresInWords({ measures }: NonNullable<DoneEvent['drift']>): string {
  const { structure, colour, edges, blank, unchanged } = measures;
  const numbers = `structure ${structure.toFixed(2)}, edges ${edges.toFixed(2)}, colour ${colour.toFixed(1)}`;
  return `${numbers}${blank ? ', blank' : ''}${unchanged ? ', unchanged' : ''}`;
}

function unpaid(provider: string): string {
  return provider === 'local'
    ? 'on this processor, no key, nothing is sent'
    : `of what was bought from ${printable(provider)}, no key, nothing is sent`;
}
