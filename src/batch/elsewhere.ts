import type { Clock } from '../clock.ts';
import type { BatchEvent } from '../report/events.ts';
import type { Source } from '../sources/source.ts';
import type { Elsewhere } from './item.ts';
import type { RunLedger } from './ledger.ts';
import type { Stops } from './stops.ts';

interface WaitParts {
  readonly ledger: RunLedger;
  readonly clock: Clock;
  readonly stops: Stops;
  readonly emit: (event: BatchEvent) => Promise<void>;
}

const pollMs = 250;
const patienceMs = 600_000;

/**
 * Takes up each source whose output another process was making, as soon as that process is done with it or gone. What is
 * still held after ten minutes stays in `elsewhere`.
 */
export async function waitForOthers(
  elsewhere: Map<Source, Elsewhere>,
  take: (source: Source) => Promise<void>,
  { ledger, clock, stops, emit }: WaitParts,
): Promise<void> {
  const [first] = elsewhere.values();
  if (first === undefined || stops.drain.aborted) return;
  const message = `waiting for process ${first.pid}, which works on the last ${elsewhere.size} of these pictures`;
  await emit({ type: 'warning', message });
  const startedMs = clock.monotonicMs();
  while (elsewhere.size > 0 && !stops.drain.aborted && clock.monotonicMs() - startedMs < patienceMs) {
    for (const [source, { place }] of elsewhere) {
      const claim = await ledger.claim(place, source.path);
      if (claim.kind === 'other') continue;
      if (claim.kind === 'mine') await ledger.release(place);
      elsewhere.delete(source);
      await take(source);
    }
    await clock.sleep(pollMs);
  }
}
