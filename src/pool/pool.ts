// The mechanism: who waits, which slot takes whom, and what becomes of an attempt. All arithmetic is elsewhere.
import type { Clock } from '../clock.ts';
import type { CallError } from '../providers/enhance.ts';
import { createAlarm } from './alarm.ts';
import type { SlotBook } from './book.ts';
import type { AttemptOutcome, CallCost, Pool, PoolEvents, PoolOptions } from './contract.ts';
import { droughtMs } from './drought.ts';
import { countTry, judge } from './judge.ts';
import { createLine, firstOf, type Line } from './line.ts';
import { readAnswer } from './observe.ts';
import { type ClosedWhy, PoolClosed } from './pool-closed.ts';
import { createQueue, type Waiter } from './queue.ts';
import { createReadiness } from './readiness.ts';
import { createTeller } from './teller.ts';

export interface PoolParts {
  readonly book: SlotBook;
  readonly clock: Clock;
  readonly events?: PoolEvents;
  /** From 0 up to 1, for jitter. */
  readonly random?: () => number;
}

const renewMs = 20_000;
const noticeableMs = 1000;

/** A pool over `options.slots`; it starts nothing by itself and holds nothing that must be closed. */
export function createPool(options: PoolOptions, parts: PoolParts): Pool {
  const { clock, events, random = Math.random } = parts;
  const lines = options.slots.map((slot) => createLine(slot, options.stated, parts));
  const benched = new Map<Line, { readonly why: ClosedWhy; readonly error: CallError }>();
  const queue = createQueue();
  const lastErrors = new Map<Line, CallError>();
  const most = options.concurrency === 'auto' ? Number.POSITIVE_INFINITY : options.concurrency;
  let [inFlight, isPumping, isRung] = [0, false, false];
  let fault: { readonly error: unknown } | undefined;
  const alarm = createAlarm(clock, ring);
  const renewal = createAlarm(clock, renew);
  const teller = createTeller(clock, events);
  const readiness = createReadiness(clock, { horizon, waiting: queue.size, closed });

  function open(): Line[] {
    return lines.filter((line) => !benched.has(line));
  }

  function closed(): unknown {
    if (fault) return fault.error;
    const left = open();
    const last = [...benched.values()].at(-1);
    if (left.length === 0) return new PoolClosed(last?.why ?? 'no-key', { callError: last?.error });
    const first = left.reduce((one, other) => (other.startsAtMs() < one.startsAtMs() ? other : one));
    const nowMs = clock.monotonicMs();
    const waitMs = first.startsAtMs() - nowMs;
    const isHopeful = first.isGuessed() && nowMs - first.passedAtMs() <= options.maxWaitMs;
    if (waitMs <= options.maxWaitMs || isHopeful) return undefined;
    return new PoolClosed('max-wait', { callError: lastErrors.get(first), waitMs });
  }

  function horizon(cost: CallCost, ms: number): number {
    const free = options.concurrency === 'auto' ? Number.POSITIVE_INFINITY : most - inFlight;
    return Math.min(
      free,
      open().reduce((sum, line) => sum + line.startsWithin(cost, ms), 0),
    );
  }

  // Never two at once: what rings meanwhile is looked at in another round.
  function ring(): void {
    isRung = true;
    if (isPumping) return;
    isPumping = true;
    pump().then(() => {
      isPumping = false;
      if (isRung) ring();
    });
  }

  async function pump(): Promise<void> {
    while (isRung) {
      isRung = false;
      try {
        while (await startOne());
      } catch (error) {
        fault = { error };
        queue.rejectAll(error);
      }
      readiness.look();
    }
  }

  // True when something changed and another may start.
  async function startOne(): Promise<boolean> {
    alarm.set(undefined);
    if (queue.size() === 0) return false;
    const end = closed();
    if (end !== undefined) {
      queue.rejectAll(end);
      return false;
    }
    if (inFlight >= most) return false;
    const nowMs = clock.monotonicMs();
    const waiter = queue.first(nowMs);
    if (waiter === undefined) {
      alarm.set(queue.nextMs());
      return false;
    }
    const line = firstOf(open(), nowMs);
    if (line === undefined) return false;
    if (line.askAtMs() > nowMs) {
      teller.pace(line.slot.keyName, line.startsAtMs() - nowMs, lastErrors.get(line)?.message);
      alarm.set(Math.min(line.askAtMs(), nowMs + options.maxWaitMs));
      return false;
    }
    const id = await line.start(waiter.job.cost);
    if (id === undefined) return true;
    void attempt(waiter, line, id, queue.take(waiter));
    return true;
  }

  async function attempt(waiter: Waiter, line: Line, id: string, isWanted: boolean): Promise<void> {
    const { job, signal, resolve, reject } = waiter;
    inFlight += 1;
    const startedMs = clock.monotonicMs();
    renewal.set(startedMs + renewMs);
    let outcome: AttemptOutcome | undefined;
    try {
      if (isWanted) outcome = await job.attempt(line.slot, signal);
    } catch (error) {
      reject(error);
    }
    inFlight -= 1;
    if (inFlight === 0) renewal.set(undefined);
    if (outcome?.ok) resolve(outcome.result);
    try {
      const answer = outcome
        ? readAnswer(outcome, clock.now())
        : { kind: 'unknown' as const, limits: { buckets: {} } };
      const before = line.opensAtMs();
      await line.finish(id, job.cost, answer);
      if (outcome && !outcome.ok) {
        noteWait(line, before, outcome.error);
        if (outcome.error.kind === 'rate') noteRefusal(waiter, startedMs, outcome.error);
        afterFailure(waiter, line, outcome.error);
      }
    } catch (error) {
      fault = { error };
      reject(error);
    }
    ring();
  }

  function noteWait(line: Line, before: number, error: CallError): void {
    const waitMs = line.opensAtMs() - clock.monotonicMs();
    if (waitMs > 0 || error.kind === 'rate') lastErrors.set(line, error);
    if (waitMs < noticeableMs || line.opensAtMs() < before + noticeableMs) return;
    teller.wait(line.slot.keyName, waitMs, error.message);
  }

  function noteRefusal(waiter: Waiter, startedMs: number, callError: CallError): void {
    waiter.refusedSinceMs ??= startedMs;
    const refusedMs = droughtMs(open(), waiter.refusedSinceMs, clock.monotonicMs());
    if (refusedMs > options.maxWaitMs)
      fault ??= { error: new PoolClosed('max-wait', { callError, refusedMs }) };
  }

  function afterFailure(waiter: Waiter, line: Line, error: CallError): void {
    waiter.tries = countTry(waiter.tries, error);
    const judgement = judge(error, waiter.tries);
    if (judgement.kind === 'fail') {
      waiter.reject(error);
      return;
    }
    if (judgement.kind === 'bench' && !benched.has(line)) {
      benched.set(line, { why: judgement.why, error });
      // That of the last is what the pool closes with.
      if (open().length > 0) events?.notice({ kind: 'benched', keyName: line.slot.keyName, error });
    }
    const backoffMs = judgement.kind === 'again' ? judgement.backoffMs * (0.5 + random() / 2) : 0;
    waiter.notBeforeMs = clock.monotonicMs() + backoffMs;
    queue.rejoin(waiter);
  }

  function renew(): void {
    if (inFlight === 0) return;
    renewal.set(clock.monotonicMs() + renewMs);
    Promise.all(lines.filter((line) => line.inFlight() > 0).map((line) => line.renew())).catch((error) => {
      fault = { error };
      ring();
    });
  }

  return {
    inFlight: () => inFlight,
    ready: (signal) => readiness.ready(signal),
    run(job, signal) {
      readiness.arrived(job.cost);
      const result = queue.join(job, signal, ring);
      ring();
      return result;
    },
  };
}
