import ora from 'ora';
import type { Clock } from '../clock.ts';
import { redactor } from '../redact.ts';
import type { Streams } from '../streams.ts';
import type { MoneyStatus } from './money.ts';
import type { Progress } from './progress.ts';
import { statusLine } from './status-line.ts';

export interface LiveLine {
  show(): void;
  hide(): void;
  stop(): void;
}

const refreshMs = 200;
const moneyMs = 1000;
// The spinner's own cell, its blank, and one cell that terminals keep free.
const spinnerCells = 3;

/** A spinner with the state of the run, redrawn in place on standard error. */
export function createLiveLine(
  streams: Streams,
  clock: Clock,
  progress: Progress,
  money: () => MoneyStatus | undefined,
): LiveLine {
  const spinner = ora({
    // A stream that holds text back would be taken for another writer, and the line never cleared.
    stream: streams.screen ?? (streams.stderr as NodeJS.WriteStream),
    discardStdin: false,
    hideCursor: true,
  });
  let askedMs = Number.NEGATIVE_INFINITY;
  const redraw = () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - askedMs >= moneyMs) {
      askedMs = nowMs;
      progress.money = money();
    }
    const line = statusLine(progress, nowMs, (streams.stderr.columns ?? 80) - spinnerCells);
    spinner.text = redactor.redact(line);
  };
  const timer = setInterval(redraw, refreshMs);
  timer.unref();
  let stopped = false;
  return {
    show() {
      if (stopped) return;
      redraw();
      if (!spinner.isSpinning) spinner.start();
    },
    // `stop` also gives the cursor back, so that a kill while hidden leaves the terminal as it was.
    hide: () => spinner.stop(),
    stop() {
      stopped = true;
      clearInterval(timer);
      spinner.stop();
    },
  };
}
