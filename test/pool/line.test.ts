import { expect, it } from 'vitest';
import { createLine } from '../../src/pool/line.ts';
import type { SlotState } from '../../src/pool/slot-state.ts';
import { fakeClock } from '../helpers/clock.ts';
import { memoryBook } from '../helpers/memory-book.ts';

const slot = { id: 's', keyName: 'k', weight: 1 };
const cost = { requests: 1, images: 1, tokens: 0 };

it('gives back at once the places of a process that died, and leaves those of one that lives', async () => {
  const clock = fakeClock();
  const book = memoryBook(clock);
  const isRunning = () => true;
  const first = createLine(slot, {}, { book, clock, isRunning });
  expect(await first.start(cost)).toBeDefined();
  const leases = async () =>
    await book.update<SlotState, number>('s', (state) => {
      if (state === undefined) throw new Error('no state');
      return { state, result: state.leases.length };
    });
  clock.advance(3_000);
  const beside = createLine(slot, {}, { book, clock, isRunning });
  await beside.start(cost);
  expect(await leases()).toBe(2);
  clock.advance(3_000);
  const after = createLine(slot, {}, { book, clock, isRunning: () => false });
  expect(await after.start(cost)).toBeDefined();
  expect(await leases()).toBe(1);
});
