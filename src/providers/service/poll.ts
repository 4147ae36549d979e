import { systemClock } from '../../clock.ts';
import { collectHint } from '../../settle-hints.ts';
import { CallError, type EnhanceCall } from '../enhance.ts';
import { type ServiceFacts, serviceAt } from './facts.ts';

export interface PollOptions<Result> {
  /** The longest between two looks; 5 s unless given. */
  readonly everyMs?: number;
  /** How long the first look waits, and the shortest between two; 1 s unless given. */
  readonly firstMs?: number;
  /** Whether it is looked at once before any wait: for a job that was submitted long ago. */
  readonly isOld?: boolean;
  /**
   * One look at the job, by `ask` with `isJobOut`: undefined while it is being made, `queued` while it waits for its turn.
   * `call` holds what is left of the time. Throws CallError for a job that failed.
   */
  readonly look: (call: EnhanceCall) => Promise<Result | typeof queued | undefined>;
}

/** What a look answers while the job waits for its turn: others' jobs are no failure of this one. */
export const queued = Symbol('queued');

const usualTimeoutMs = 300_000;
/** The longest that a job is waited for in all, however long its queue. */
const longestWaitMs = 3_600_000;
const growth = 1.5;

/**
 * Waits until a job is done, `call.timeoutMs` (300 s) at most, counted by what is waited and what the looks take; while it
 * is queued that does not count, an hour at most. Throws CallError `network` when that is over and `cancelled` when stopped,
 * both `unsettled` and `collectable`; what `look` throws passes as it is.
 */
export async function pollJob<Result>(
  facts: ServiceFacts,
  call: EnhanceCall,
  { everyMs = 5_000, firstMs = 1_000, isOld = false, look }: PollOptions<Result>,
): Promise<Result> {
  const service = serviceAt(facts, call.baseUrl);
  const { timeoutMs = usualTimeoutMs } = call;
  let leftMs = timeoutMs;
  let queueMs = Math.max(0, longestWaitMs - timeoutMs);
  let pauseMs = Math.min(firstMs, everyMs);
  for (let looked = 0; ; looked += 1) {
    const beforeMs = leftMs;
    if (looked > 0 || !isOld) {
      if (pauseMs >= leftMs) throw outOfTime(service, timeoutMs);
      await rest(service, call, pauseMs);
      leftMs -= pauseMs;
      pauseMs = Math.min(pauseMs * growth, everyMs);
    }
    const began = systemClock.monotonicMs();
    const result = await look({ ...call, timeoutMs: Math.max(1, Math.ceil(leftMs)) });
    if (result !== undefined && result !== queued) return result;
    leftMs -= systemClock.monotonicMs() - began;
    // What was spent in the queue is given back.
    const spentMs = beforeMs - leftMs;
    if (result === queued && queueMs > spentMs) {
      queueMs -= spentMs;
      leftMs = beforeMs;
    }
  }
}

async function rest({ id }: ServiceFacts, { sleep, signal }: EnhanceCall, ms: number): Promise<void> {
  await sleep(ms, signal).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
    throw new CallError('stopped while the picture was being made', {
      ...{ provider: id, kind: 'cancelled', charge: 'unsettled', collectable: true, hint: collectHint() },
    });
  });
}

function outOfTime({ id, label }: ServiceFacts, timeoutMs: number): CallError {
  return new CallError(`${label} did not finish the picture within ${timeoutMs / 1000} s`, {
    ...{ provider: id, kind: 'network', charge: 'unsettled', code: 'TIMEOUT', collectable: true },
    hint: collectHint(),
  });
}
