import type { Line } from './line.ts';

/**
 * Milliseconds for which every call on these slots was refused since `sinceMs`, when the first attempt of a job began
 * that was refused: up to the first call whose answer is not known yet.
 */
export function droughtMs(lines: readonly Line[], sinceMs: number, nowMs: number): number {
  const dryMs = Math.max(sinceMs, ...lines.map((line) => line.passedAtMs()));
  return Math.min(nowMs, ...lines.map((line) => line.triedAtMs(dryMs))) - dryMs;
}
