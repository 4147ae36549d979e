// The arithmetic behind the live line; no clock and no screen in here.
import type { BatchEvent } from './events.ts';
import type { MoneyStatus } from './money.ts';

export interface Progress {
  /** Finished in any way: enhanced, unchanged, planned, skipped, failed. */
  finished: number;
  /** Finished by work, which is what the rate counts. */
  worked: number;
  failed: number;
  /** All files of the input, once counted. */
  total: number | undefined;
  /** Names now worked on, oldest first. */
  readonly current: Set<string>;
  readonly startedMs: number;
  /** What the run costs, as last asked; undefined where nobody is paid. */
  money: MoneyStatus | undefined;
}

export function startProgress(nowMs: number): Progress {
  return {
    finished: 0,
    worked: 0,
    failed: 0,
    total: undefined,
    current: new Set(),
    startedMs: nowMs,
    money: undefined,
  };
}

export function advance(progress: Progress, event: BatchEvent): void {
  if (event.type === 'start') progress.current.add(event.source);
  if (
    event.type === 'done' ||
    event.type === 'planned' ||
    event.type === 'failed' ||
    event.type === 'skipped'
  ) {
    progress.current.delete(event.source);
    progress.finished += 1;
    if (event.type !== 'skipped') progress.worked += 1;
    if (event.type === 'failed') progress.failed += 1;
  }
}

/** Pictures a second so far, 0 before the first. */
export function ratePerSecond(progress: Progress, nowMs: number): number {
  const seconds = (nowMs - progress.startedMs) / 1000;
  return seconds > 0 ? progress.worked / seconds : 0;
}

/** Seconds until all is done at the rate so far; undefined while the total or the rate is unknown. */
export function secondsLeft(progress: Progress, nowMs: number): number | undefined {
  const rate = ratePerSecond(progress, nowMs);
  if (progress.total === undefined || rate === 0) return undefined;
  return Math.max(0, progress.total - progress.finished) / rate;
}

/** `0.84` as `0.8 s`, `75` as `1 min 15 s`, `7300` as `2 h 1 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
