// One run of pictures through real pools against a simulated service.

import type { PoolNotice, StatedLimits } from '../../../src/pool/contract.ts';
import { createPool } from '../../../src/pool/pool.ts';
import { memoryBook } from '../../helpers/memory-book.ts';
import { eventClock, seeded } from './events.ts';
import { createService, oneImage, type Service, type ServiceRules } from './service.ts';

export interface TrialOptions {
  readonly seed: number;
  readonly pictures: number;
  readonly processes?: number;
  readonly keys?: number;
  readonly stated?: StatedLimits;
  readonly concurrency?: number | 'auto';
  /** Changes of the rules while it runs. */
  readonly later?: { readonly atMs: number; readonly rules: Partial<ServiceRules> };
}

export interface TrialResult {
  readonly ms: number;
  /** Ideal time by real time, for a client that knows everything. */
  readonly ratio: number;
  readonly refused: number;
  readonly failed: unknown[];
  readonly peak: number;
  readonly services: readonly Service[];
  readonly notices: readonly PoolNotice[];
}

export async function trial(rules: ServiceRules, options: TrialOptions): Promise<TrialResult> {
  const { seed, pictures, processes = 1, keys = 1, stated = {}, concurrency = 'auto', later } = options;
  const clock = eventClock();
  const random = seeded(seed);
  const book = memoryBook(clock);
  const services = Array.from({ length: keys }, () => createService(clock, random, rules));
  const slots = services.map((_, index) => ({ id: `slot ${index}`, keyName: `test/${index}`, weight: 1 }));
  const notices: PoolNotice[] = [];
  const events = { notice: (notice: PoolNotice) => notices.push(notice) };
  const pools = Array.from({ length: processes }, () =>
    createPool({ slots, stated, concurrency, maxWaitMs: 900_000 }, { book, clock, random, events }),
  );
  if (later) {
    clock.sleep(later.atMs).then(() => {
      for (const service of services) service.rules = { ...service.rules, ...later.rules };
    });
  }
  const failed: unknown[] = [];
  const signal = new AbortController().signal;
  const runs = Array.from({ length: pictures }, (_, index) => {
    const attempt = (slot: { id: string }) => {
      const service = services[Number(slot.id.slice(5))];
      if (service === undefined) throw new Error(`no service for ${slot.id}`);
      return service.attempt();
    };
    const run = pools[index % processes]?.run({ cost: oneImage, attempt }, signal);
    return run?.catch((error) => {
      failed.push(error);
    });
  });
  await clock.run(Promise.all(runs));
  const ms = clock.monotonicMs();
  const latencyMs = (rules.latencyMs[0] + rules.latencyMs[1]) / 2;
  const idealMs = (Math.max(0, pictures / keys - rules.burst) / rules.perMinute) * 60_000 + latencyMs;
  const refused = services.reduce((sum, { counts }) => sum + counts.refused, 0);
  const peak = Math.max(...services.map(({ counts }) => counts.peak));
  return { ms, ratio: idealMs / ms, refused, failed, peak, services, notices };
}
