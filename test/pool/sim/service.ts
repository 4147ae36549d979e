// A strict service: one token bucket, refilled continuously, and answers as slow as real ones.
import type { AttemptOutcome, PoolJob } from '../../../src/pool/contract.ts';
import { CallError } from '../../../src/providers/enhance.ts';
import type { EventClock } from './events.ts';

export interface ServiceRules {
  readonly perMinute: number;
  readonly burst: number;
  readonly latencyMs: readonly [number, number];
  /** When a 429 comes: at once, or as late as a picture. */
  readonly refusal: 'at-once' | 'late';
  readonly headers: 'none' | 'limits' | 'limits-and-wait' | 'wait';
  /** Whether the headers of a picture are written when it is let in, as is usual, or when it is done. */
  readonly toldAt?: 'start' | 'end';
  /** Text of a 429. */
  readonly text?: string;
  /** A failure before the bucket is asked. */
  readonly trouble?: (nowMs: number) => 'busy' | 'broken' | undefined;
}

export interface Service {
  rules: ServiceRules;
  attempt(): Promise<AttemptOutcome>;
  readonly counts: { admitted: number; refused: number; troubled: number; inFlight: number; peak: number };
  readonly refusedAtMs: number[];
  readonly admittedAtMs: number[];
}

export function createService(clock: EventClock, random: () => number, rules: ServiceRules): Service {
  let [level, atMs] = [rules.burst, 0];
  const counts = { admitted: 0, refused: 0, troubled: 0, inFlight: 0, peak: 0 };
  const service: Service = { rules, attempt, counts, refusedAtMs: [], admittedAtMs: [] };

  function refill(): void {
    const { perMinute, burst } = service.rules;
    const nowMs = clock.monotonicMs();
    level = Math.min(burst, level + ((nowMs - atMs) * perMinute) / 60_000);
    atMs = nowMs;
  }

  function headers(isRefused: boolean): Record<string, string> {
    const { headers: kind, perMinute, burst } = service.rules;
    const rate = perMinute / 60_000;
    const waitMs = Math.ceil((1 - level) / rate);
    return {
      ...(kind.startsWith('limits') && {
        'x-ratelimit-limit-images': String(perMinute),
        'x-ratelimit-remaining-images': String(Math.max(0, Math.floor(level))),
        'x-ratelimit-reset-images': `${((burst - level) / rate / 1000).toFixed(3)}s`,
      }),
      ...(isRefused &&
        kind.endsWith('wait') && {
          'retry-after': String(Math.ceil(waitMs / 1000)),
          'retry-after-ms': String(waitMs),
        }),
    };
  }

  async function attempt(): Promise<AttemptOutcome> {
    counts.inFlight += 1;
    counts.peak = Math.max(counts.peak, counts.inFlight);
    try {
      await clock.sleep(1 + random() * 8);
      return await serve();
    } finally {
      counts.inFlight -= 1;
    }
  }

  async function serve(): Promise<AttemptOutcome> {
    const { latencyMs, refusal, text, trouble } = service.rules;
    const tookMs = latencyMs[0] + random() * (latencyMs[1] - latencyMs[0]);
    const failure = trouble?.(clock.monotonicMs());
    if (failure) {
      counts.troubled += 1;
      await clock.sleep(20);
      return failed(
        failure === 'busy' ? { kind: 'busy', status: 503 } : { kind: 'network', uploadBroken: true },
      );
    }
    refill();
    if (level >= 1) {
      level -= 1;
      counts.admitted += 1;
      service.admittedAtMs.push(clock.monotonicMs());
      const early = headers(false);
      await clock.sleep(tookMs);
      refill();
      const told = service.rules.toldAt === 'end' ? headers(false) : early;
      return { ok: true, result: { bytes: Buffer.alloc(1), headers: told } };
    }
    counts.refused += 1;
    service.refusedAtMs.push(clock.monotonicMs());
    const told = headers(true);
    await clock.sleep(refusal === 'late' ? tookMs : 1 + random() * 4);
    return failed({ kind: 'rate', status: 429, headers: told }, text);
  }
  return service;
}

function failed(
  facts: Partial<ConstructorParameters<typeof CallError>[1]>,
  text = 'too many',
): AttemptOutcome {
  return {
    ok: false,
    error: new CallError(text, { provider: 'test', kind: 'busy', charge: 'none', ...facts }),
  };
}

export const oneImage: PoolJob['cost'] = { requests: 1, images: 1, tokens: 0 };
