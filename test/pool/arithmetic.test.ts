import { describe, expect, it } from 'vitest';
import type { CallCost, StatedLimits } from '../../src/pool/contract.ts';
import { earliestStart, placesOf, startsWithin, takeStart } from '../../src/pool/earliest-start.ts';
import { type Answer, observe } from '../../src/pool/observe.ts';
import type { BucketReading } from '../../src/pool/read-limits.ts';
import { leaseMs, openState, type SlotState } from '../../src/pool/slot-state.ts';

const cost: CallCost = { requests: 1, images: 1, tokens: 0 };
const told = (images: BucketReading): Answer => ({ kind: 'passed', limits: { buckets: { images } } });
const passed: Answer = { kind: 'passed', limits: { buckets: {} } };
const refused: Answer = { kind: 'rate', limits: { buckets: {} } };

function started(times: readonly number[], stated: StatedLimits = {}): SlotState {
  return times.reduce(
    (state, atMs, index) => {
      const opened = openState(state, stated, atMs);
      takeStart(opened, String(index), cost, atMs);
      return opened;
    },
    openState(undefined, stated, 0),
  );
}

function later(state: SlotState, nowMs: number, stated: StatedLimits = {}): SlotState {
  return openState(JSON.parse(JSON.stringify(state)), stated, nowMs);
}

describe('earliestStart', () => {
  it('spaces blind starts ever wider until four are in flight, and lets two more go, a second apart', () => {
    const all = [0, 150, 450, 1050, 2050, 3050];
    const waits = [0, 1, 2, 3, 4, 5, 6].map((count) =>
      earliestStart(started(all.slice(0, count)), cost, all[count - 1] ?? 0),
    );
    expect(waits.map(({ waitMs }) => waitMs)).toEqual([
      0,
      150,
      300,
      600,
      1000,
      1000,
      Number.POSITIVE_INFINITY,
    ]);
    expect(waits.at(-1)?.why).toBe('places');
  });

  it('lets no more than four go blindly after the first answer, whatever it says', () => {
    for (const answer of [passed, { kind: 'trouble', limits: { buckets: {} } }] as const) {
      const state = started([0, 150, 450, 1050, 2050]);
      observe(state, '0', answer, 2100);
      expect(earliestStart(later(state, 60_000), cost, 2100 + 50_000).why).not.toBe('now');
      expect(earliestStart(state, cost, 2100).why).toBe('places');
    }
  });

  it('takes a time in which there was nothing to do for no sign of a slow service', () => {
    const alone = started([0, 600_000]);
    observe(alone, '1', refused, 600_010);
    expect(earliestStart(alone, cost, 600_010).waitMs).toBeLessThan(15_000);
    const again = started([0, 1000]);
    observe(again, '1', refused, 1010);
    const resumed = later(again, 700_000);
    takeStart(resumed, 'next', cost, 700_000);
    observe(resumed, 'next', refused, 700_010);
    expect(earliestStart(resumed, cost, 700_010).waitMs).toBeLessThan(15_000);
  });

  it('holds less when the limit falls, and does not believe an answer that began before', () => {
    const state = started([0, 150, 450]);
    observe(state, '0', told({ limit: 200, remaining: 19 }), 500);
    observe(state, '2', told({ limit: 20, remaining: 1 }), 600);
    expect(state.buckets.images).toMatchObject({ limit: 20, perMs: 20 / 60_000 });
    expect(state.buckets.images?.capacity).toBeLessThan(3);
    observe(state, '1', told({ limit: 200, remaining: 18 }), 700);
    expect(state.buckets.images?.limit).toBe(20);
  });

  it('is closed for exactly the stated wait, also beyond a minute', () => {
    const state = started([0]);
    observe(state, '0', { kind: 'rate', limits: { buckets: {}, waitMs: 75_000 } }, 1000);
    expect(earliestStart(later(state, 75_998), cost, 75_998)).toEqual({ waitMs: 2, why: 'closed' });
    expect(earliestStart(later(state, 76_000), cost, 76_000).why).not.toBe('closed');
    expect(startsWithin(later(state, 70_000), cost, 2000, 70_000)).toBe(0);
  });

  it('never starts into a bucket that headers say is empty, counting what is in flight', () => {
    const state = started([0, 150, 450]);
    observe(state, '0', told({ limit: 60, remaining: 2 }), 500);
    // Two were in it after the first call, two have started since: the next comes at the pace of one a second.
    expect(earliestStart(later(state, 500), cost, 500)).toEqual({ waitMs: 950, why: 'pace' });
    observe(state, '1', told({ remaining: 0 }), 700);
    expect(earliestStart(later(state, 700), cost, 700).waitMs).toBeGreaterThan(1200);
  });

  it('is not misled by headers that come out of order', () => {
    const [first, second] = [started([0, 150, 450]), started([0, 150, 450])];
    observe(first, '0', told({ limit: 60, remaining: 9 }), 500);
    observe(first, '2', told({ limit: 60, remaining: 7 }), 510);
    observe(second, '2', told({ limit: 60, remaining: 7 }), 500);
    observe(second, '0', told({ limit: 60, remaining: 9 }), 510);
    expect(second.buckets.images?.level).toBeLessThanOrEqual(7);
    expect(first.buckets.images?.level).toBeCloseTo(second.buckets.images?.level ?? Number.NaN, 0);
  });

  it('trusts a stated limit at once, with a small burst', () => {
    const stated = { images: 60 };
    const state = started([0], stated);
    expect(earliestStart(state, cost, 0).waitMs).toBeGreaterThan(400);
    expect(earliestStart(later(state, 1000, stated), cost, 1000).waitMs).toBe(0);
    expect(startsWithin(openState(undefined, stated, 0), cost, 2000, 0)).toBe(3);
  });

  it('waits for tokens as well, but not for more than the bucket ever holds', () => {
    const large = { requests: 1, images: 1, tokens: 5000 };
    const state = openState(undefined, { tokens: 60_000 }, 0);
    takeStart(state, 'a', large, 0);
    const { waitMs } = earliestStart(state, large, 0);
    expect(waitMs).toBeGreaterThan(4000);
    expect(waitMs).toBeLessThan(6000);
  });
});

describe('observe', () => {
  it('lets the places of a dead process come back', () => {
    const state = started([0, 150, 450, 1050]);
    expect(later(state, leaseMs).leases).toHaveLength(3);
    expect(later(state, leaseMs + 1050).leases).toHaveLength(0);
  });

  it('finds the rate between two refusals', () => {
    const state = started([0, 1000]);
    observe(state, '1', refused, 1010);
    for (let index = 0; index < 20; index += 1) {
      const atMs = 1500 + index * 500;
      takeStart(state, `more ${index}`, cost, atMs);
      observe(state, `more ${index}`, passed, atMs + 100);
    }
    takeStart(state, 'last', cost, 11_500);
    observe(state, 'last', refused, 11_510);
    // 20 let through in 10.5 seconds.
    expect((state.buckets.calls?.perMs ?? 0) * 1000).toBeCloseTo(20 / 10.5, 2);
  });

  it('takes the limit from the text of a refusal', () => {
    const state = started([0]);
    const limits = { buckets: {}, named: { name: 'input-images', limit: 5, periodMs: 60_000 } };
    observe(state, '0', { kind: 'rate', limits }, 10);
    expect(state.buckets['input-images']).toMatchObject({
      unit: 'images',
      source: 'limit',
      perMs: 5 / 60_000,
    });
    expect(earliestStart(state, cost, 10).waitMs).toBeGreaterThan(11_000);
  });

  it('knows a limit a day by its reset', () => {
    const state = started([0]);
    observe(state, '0', told({ limit: 10_000, remaining: 9999, resetMs: 8640 }), 500);
    expect((state.buckets.images?.perMs ?? 0) * 86_400_000).toBeCloseTo(10_000, 0);
  });

  it('halves the window on trouble once, and widens it by what passes', () => {
    const state = started([0, 150, 450, 1050]);
    state.window = 16;
    state.passed = 50;
    const trouble: Answer = { kind: 'trouble', limits: { buckets: {} } };
    observe(state, '0', trouble, 1100);
    observe(state, '1', trouble, 1110);
    expect(placesOf(state)).toBe(2);
    observe(state, '2', passed, 1200);
    expect(placesOf(state)).toBe(3);
  });

  it('forgets what was learnt a quarter of an hour ago, but not a wait that lasts', () => {
    const state = started([0, 1000]);
    observe(state, '1', { kind: 'rate', limits: { buckets: {}, waitMs: 3_600_000 } }, 1010);
    expect(later(state, 3_000_000).closedUntilMs).toBe(3_601_010);
    expect(later(state, 5_000_000)).toMatchObject({ buckets: {}, closedUntilMs: 0 });
  });
});
