// What the ledger does within one write transaction.
import type { Claim, ClaimRequest } from './claims.ts';
import type { NewOutput } from './outputs.ts';
import { refuseOverlap } from './overlap.ts';
import type { NewRun, Run, RunState } from './runs.ts';
import { settle, settleLeft } from './settle.ts';
import type { Tables } from './tables.ts';

const dayMs = 86_400_000;
/** Skipped items are kept for this long; failed and finished ones for good. */
const skippedKeptMs = 14 * dayMs;

/** Closes the runs whose process died, then begins `run`. Throws CommandError (11) when another is in its way. */
export function begin(tables: Tables, run: NewRun, nowMs: number): Run {
  for (const other of tables.runs.running(nowMs)) {
    if (!other.live) close(tables, other.id, 'interrupted', undefined, other.heartbeatMs);
    else if (run.inPlace && other.inPlace) refuseOverlap(run, other);
  }
  settleLeft(tables, nowMs);
  tables.items.pruneSkipped(nowMs - skippedKeptMs);
  return tables.runs.insert(run, nowMs);
}

export function end(tables: Tables, id: string, state: RunState, counts: unknown, nowMs: number): void {
  close(tables, id, state, counts, nowMs);
  settleLeft(tables, nowMs);
}

/** Gives `request` to `run` unless a living run holds it. Throws ItemError when a dead run's output cannot be looked at. */
export function take(tables: Tables, run: Run, request: ClaimRequest, nowMs: number): Claim {
  const held = tables.claims.get(request.collisionKey);
  if (held !== undefined && held.runId !== run.id) {
    const other = tables.runs.get(held.runId, nowMs);
    if (other?.live) return { kind: 'other', runId: other.id, pid: other.pid };
    settle(tables, held, nowMs);
  }
  tables.claims.put({ ...request, runId: run.id });
  return { kind: 'mine', standing: tables.outputs.byPath(request.outputPath) };
}

/** Puts an output of another ledger among the finished ones, unless these very bytes are there. */
export function adopt({ outputs }: Tables, { id: runId }: Run, output: NewOutput, doneAtMs: number): void {
  const known = outputs.byPath(output.outputPath);
  if (known?.recipeKey === output.recipeKey && known.output?.sha256 === output.output?.sha256) return;
  outputs.put({ ...output, runId, doneAtMs });
}

function close(tables: Tables, id: string, state: RunState, counts: unknown, atMs: number): void {
  tables.runs.end(id, state, counts, atMs);
  tables.claims.deleteOf(id);
  tables.purchases.letGoOfAll(id);
}
