// One run in words and as JSON.
import type { RunRow } from '../../ledger/runs.ts';
import { counted, printable } from '../../text.ts';

/** One line of JSON, with `more` in it. */
export function runJson({ recipe, counts, ...run }: RunRow, more: object = {}): string {
  return `${JSON.stringify({ type: 'run', ...run, ...more, recipe, counts })}\n`;
}

/** Its name, how it ended, what became of its pictures, and where they are. */
export function runLine(run: RunRow): string {
  const counts = (run.counts ?? {}) as Partial<Record<string, number>>;
  const told = ['enhanced', 'unchanged', 'skipped', 'failed']
    .filter((name) => (counts[name] ?? 0) > 0)
    .map((name) => `${counts[name]?.toLocaleString('en-US')} ${name}`);
  const state = run.state === 'running' && !run.live ? 'died' : run.state;
  const seconds =
    run.endedMs === undefined
      ? ''
      : ` in ${counted(Math.max(0, Math.round((run.endedMs - run.startedMs) / 1000)), 'second')}`;
  const where = run.outputFolder === undefined ? 'in place' : printable(run.outputFolder);
  return `${run.id}  ${state}${seconds}  ${told.join(', ') || 'no pictures'}  ${where}`;
}
