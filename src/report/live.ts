import ora from 'ora';
import type { Clock } from '../clock.ts';
import type { Streams } from '../streams.ts';
import type { Progress } from './progress.ts';
import { statusLine } from './status-line.ts';

export interface LiveLine {
  show(): void;
  hide(): void;
  stop(): void;
}

const refreshMs = 200;
// The spinner's own cell, its blank, and one cell that terminals keep free.
const spinnerCells = 3;

/** A spinner with the state of the run, redrawn in place on standard error. */
export function createLiveLine(streams: Streams, clock: Clock, progress: Progress): LiveLine {
  const spinner = ora({
    stream: streams.stderr as NodeJS.WriteStream,
    discardStdin: false,
    hideCursor: true,
  });
  const redraw = () => {
    spinner.text = statusLine(progress, clock.monotonicMs(), (streams.stderr.columns ?? 80) - spinnerCells);
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
