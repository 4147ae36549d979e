import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createStops } from '../../../src/batch/stops.ts';
import { systemClock } from '../../../src/clock.ts';
import { type ApprovalParts, createApproval } from '../../../src/commands/enhance/approval.ts';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import type { Found } from '../../../src/sources/source.ts';
import { batchOptions, fakeEngine } from '../../batch/fakes.ts';
import { tempFolder } from '../../helpers/temp.ts';

describe('a run that is stopped before its pictures are looked at', () => {
  it('ends as it was asked to, not with the error that ends the looking', async () => {
    const stops = createStops();
    const ledger = await openLedger(join(await tempFolder(), 'ledger.sqlite'), systemClock);
    // As folders are listed: a list that is to stop rejects with what it was stopped by.
    async function* find(): AsyncGenerator<Found> {
      stops.drain.throwIfAborted();
      yield { kind: 'problem', shown: 'x', reason: 'not-found', message: 'is not there', failed: true };
    }
    const enhancement = { batch: batchOptions(await tempFolder()) };
    const parts = { ...{ find, enhancement, ledger, stops }, context: { clock: systemClock }, spending: {} };
    const told: unknown[] = [];
    try {
      stops.stop('interrupt');
      const approval = createApproval(parts as unknown as ApprovalParts);
      expect(await approval.approve(fakeEngine(), async (event) => void told.push(event))).toBe(true);
      expect(stops.reasons()).toEqual(['interrupt']);
      expect(told).toEqual([]);
    } finally {
      ledger.close();
    }
  });
});
