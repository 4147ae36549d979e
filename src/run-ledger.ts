import type { Claim, RunLedger } from './batch/ledger.ts';
import type { Clock } from './clock.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Run } from './ledger/runs.ts';
import { collisionKey } from './outputs/name.ts';

/** The ledger as one run sees it. */
export function bindRun(ledger: Ledger, run: Run, clock: Clock): RunLedger {
  return {
    runId: run.id,
    token: run.id,
    isLiveToken: (token) => ledger.isLiveRun(token),
    finishedBySource: (...by) => ledger.finishedBySource(...by),
    outputAt: (path) => ledger.outputAt(path),
    seen: (key, sourcePath) => held(ledger.seen(key, sourcePath)),
    async claim(outputPath, sourcePath): Promise<Claim> {
      const claim = await ledger.claim(run, outputPath, collisionKey(outputPath), sourcePath);
      return claim.kind === 'other' ? { kind: 'other', pid: claim.pid } : { kind: 'mine' };
    },
    release: (outputPath) => ledger.release(run, collisionKey(outputPath)),
    done: (output, item) => ledger.done(run, { ...output, runId: run.id, doneAtMs: clock.now() }, item),
    record: (item) => ledger.recordItem(run, item),
    heartbeat: () => ledger.heartbeat(run),
  };
}

/** The ledger as a dry run sees it: reads are real, nothing is written. */
export function bindDryRun(ledger: Ledger): RunLedger {
  return {
    runId: 'dry-run',
    token: 'dry-run',
    isLiveToken: () => true,
    finishedBySource: (...by) => ledger.finishedBySource(...by),
    outputAt: (path) => ledger.outputAt(path),
    seen: (key, sourcePath) => held(ledger.seen(key, sourcePath)),
    claim: async () => ({ kind: 'mine' }),
    release: async () => {},
    done: async () => {},
    record: async () => {},
    heartbeat: async () => {},
  };
}

function held(answer: string): string | undefined {
  return answer === 'new' ? undefined : answer;
}
