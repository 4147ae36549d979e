import { describe, expect, it } from 'vitest';
import { GivenUp } from '../../src/errors.ts';
import { admit } from '../../src/purchases/admit.ts';
import type { Limit, PurchaseBook, Reservation, Standing } from '../../src/purchases/book.ts';
import { KeyLimitReached } from '../../src/purchases/key-limit.ts';
import { fakeClock } from '../helpers/clock.ts';

const limit: Limit = {
  ...{ scope: 'key', name: 'openai/team', period: 'day', amountMicrousd: 5_000_000, soft: { percent: 80 } },
  warnOnly: false,
};
const standing: Standing = {
  ...{ limit, spentMicrousd: 4_800_000, unsettledMicrousd: 60_000, reservedMicrousd: 0 },
  ...{ leftMicrousd: 140_000, uncounted: 0, endsAtMs: new Date(2026, 10, 22).getTime() },
};
const attempt = { keyName: 'openai/team', reservedMicrousd: 200_000 };
const yes: Reservation = { kind: 'reserved', id: 'call', soft: [] };

/** A ledger that gives one answer after the other, and what is asked of it. */
function ledger(...answers: Reservation[]) {
  const clock = fakeClock();
  const notices: string[] = [];
  let asked = 0;
  const book = {
    reserve: async () => answers[Math.min(asked++, answers.length - 1)],
  } as Partial<PurchaseBook>;
  const parts = {
    ...{ book: book as PurchaseBook, clock, provider: { id: 'openai' } },
    notice: (text: string) => notices.push(text),
  };
  return { clock, notices, parts, asked: () => asked };
}

const signal = new AbortController().signal;

async function refusal(answer: Reservation): Promise<GivenUp> {
  const error = await admit('k', attempt, ledger(answer).parts, signal).catch((thrown) => thrown);
  const end = error instanceof KeyLimitReached ? error.end : error;
  expect(end).toBeInstanceOf(GivenUp);
  return end;
}

describe('a call', () => {
  it('is admitted at once where there is room', async () => {
    const { parts, clock } = ledger(yes);
    expect(await admit('k', attempt, parts, signal)).toBe('call');
    expect(clock.sleeps).toEqual([]);
  });

  it('waits while others hold what it needs, longer each time up to a second and a half', async () => {
    const waits = Array.from({ length: 20 }, (): Reservation => ({ kind: 'wait', standing }));
    const { parts, clock, asked } = ledger(...waits, yes);
    expect(await admit('k', attempt, parts, signal)).toBe('call');
    expect(asked()).toBe(21);
    expect(Math.max(...clock.sleeps)).toBeLessThan(1_500);
    expect(clock.sleeps.at(-1)).toBeGreaterThanOrEqual(500);
  });

  it('stops waiting when the run stops', async () => {
    const stop = new AbortController();
    const { parts, clock, asked } = ledger({ kind: 'wait', standing });
    const sleep = async () => {
      if (asked() === 3) stop.abort(new Error('stop'));
      stop.signal.throwIfAborted();
    };
    await expect(admit('k', attempt, { ...parts, clock: { ...clock, sleep } }, stop.signal)).rejects.toThrow(
      'stop',
    );
    expect(asked()).toBe(3);
    await expect(admit('k', attempt, parts, stop.signal)).rejects.toThrow('stop');
    expect(asked()).toBe(3);
  });

  it('that cannot fit ends the run, which says why and how to go on', async () => {
    const { message, hint, stop } = await refusal({ kind: 'over', standing });
    expect(stop).toBe('spending-limit');
    expect(message).toBe(
      'the spending limit of $5.00 a day for the key openai/team is reached: spent $4.80, unsettled $0.06, left $0.14; the next picture may cost $0.20',
    );
    expect(hint).toBe(
      'it opens again at 2026-11-22 00:00, local time; raise it: imgsys usage limit set --daily DOLLARS --key openai/team; settle what is unsettled: imgsys usage --unsettled',
    );
  });

  it('beyond what its run may cost names the flag', async () => {
    const of = { ...limit, scope: 'run' as const, period: 'run' as const };
    const over = { ...standing, limit: of, endsAtMs: undefined, unsettledMicrousd: 0 };
    const { message, hint } = await refusal({ kind: 'over', standing: over });
    expect(message).toContain('the spending limit of $5.00 for this run is reached');
    expect(hint).toBe('raise --max-cost and run the same command again');
  });

  it.each([
    'over',
    'unpriced',
  ] as const)('that a limit of its key alone keeps back may go to another (%s)', async (kind) => {
    const thrown = (of: Limit['scope']) =>
      admit(
        'k',
        attempt,
        ledger({ kind, standing: { ...standing, limit: { ...limit, scope: of } } }).parts,
        signal,
      ).catch((error) => error);
    expect(await thrown('key')).toMatchObject({
      kind: 'quota',
      charge: 'none',
      end: { stop: 'spending-limit' },
    });
    for (const of of ['all', 'provider', 'run'] as const) expect(await thrown(of)).toBeInstanceOf(GivenUp);
  });

  it('of unknown price is refused where a limit is to hold', async () => {
    const { message, hint, stop } = await refusal({ kind: 'unpriced', standing });
    expect(stop).toBe('spending-limit');
    expect(message).toContain('nobody knows what a picture costs');
    expect(hint).toContain('--assume-price');
  });

  it('tells of a soft limit and goes on', async () => {
    const { parts, notices } = ledger({ ...yes, soft: [standing] });
    expect(await admit('k', attempt, parts, signal)).toBe('call');
    expect(notices).toEqual([
      'the spending limit of $5.00 a day for the key openai/team comes near: spent $4.80, unsettled $0.06, left $0.14',
    ]);
  });
});
