import type { RunLedger } from './batch/ledger.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Run } from './ledger/runs.ts';
import { openSeen } from './ledger/seen.ts';
import { collisionKey } from './outputs/name.ts';
import { dryRunId } from './report/events.ts';

/** The ledger as one run sees it. */
export function bindRun(ledger: Ledger, run: Run, inPlace: boolean): RunLedger {
  // In place, files that differ in case alone are what they are already.
  const keyOf = inPlace ? (path: string) => path : collisionKey;
  return {
    runId: run.id,
    token: run.id,
    tokenState: (token) => ledger.tokenState(token),
    finishedBySource: (...by) => ledger.finishedBySource(...by),
    outputAt: (path) => ledger.outputAt(path),
    seen: (key, sourcePath) => ledger.seen(key, sourcePath),
    claim: (outputPath, sourcePath) =>
      ledger.claim(run, { outputPath, sourcePath, collisionKey: keyOf(outputPath) }),
    release: (outputPath) => ledger.release(run, outputPath),
    intend: (output) => ledger.intend(run, output),
    adopt: (output) => ledger.adopt(run, output),
    restamp: (outputPath, stamps) => ledger.restamp(outputPath, stamps),
    done: (output, item) => ledger.done(run, output, item),
    record: (item) => ledger.recordItem(run, item),
    heartbeat: () => ledger.heartbeat(run),
  };
}

/** The ledger as a dry run sees it: reads are real, nothing is written. `close` ends what it remembers. */
export function bindDryRun(ledger: Ledger): RunLedger & { close(): void } {
  const seen = openSeen();
  return {
    runId: dryRunId,
    token: dryRunId,
    tokenState: () => 'live',
    finishedBySource: (...by) => ledger.finishedBySource(...by),
    outputAt: (path) => ledger.outputAt(path),
    seen: (key, sourcePath) => seen.first(key, sourcePath),
    claim: async (outputPath) => ({ kind: 'mine', standing: ledger.outputAt(outputPath) }),
    release: async () => {},
    intend: async () => {},
    adopt: async () => {},
    restamp: async () => {},
    done: async () => {},
    record: async () => {},
    heartbeat: async () => {},
    close: () => seen.close(),
  };
}
