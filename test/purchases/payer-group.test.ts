import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/providers/enhance.ts';
import type { AttemptJob, AttemptParts, Payer } from '../../src/purchases/attempt.ts';
import type { Standing } from '../../src/purchases/book.ts';
import { attemptByTurns, groupPayers } from '../../src/purchases/payer-group.ts';

const payer = (keyName: string, weight = 1): Payer => ({
  ...{ id: 'slot', keyName, weight, baseUrl: 'https://images.example/v1' },
  secret: async () => undefined,
  again: async () => undefined,
});
const standingOf = (name: string): Standing => ({
  limit: { ...{ scope: 'key', name, period: 'day', amountMicrousd: 1 }, soft: undefined, warnOnly: false },
  ...{ spentMicrousd: 1, unsettledMicrousd: 0, reservedMicrousd: 0, leftMicrousd: 0, uncounted: 0 },
  endsAtMs: undefined,
});
const failure = (kind: CallError['kind']) =>
  new CallError('no', { provider: 'openai', kind, charge: 'none' });

// Calls with each key end as `ends` says; answers who made them, and who was dropped.
function group(
  payers: [Payer, ...Payer[]],
  ends: (keyName: string) => CallError | undefined,
  atLimit: readonly string[] = [],
) {
  const calls: string[] = [];
  const dropped: string[] = [];
  const made = groupPayers(payers, ({ keyName }) => dropped.push(keyName));
  let current = '';
  const parts = {
    book: {
      reserve: async (_key: string, { keyName }: { keyName: string }) => {
        if (atLimit.includes(keyName)) return { kind: 'over', standing: standingOf(keyName) };
        current = keyName;
        return { kind: 'reserved', id: keyName, soft: [] };
      },
      sent: async () => {},
      refuse: async () => {},
      pay: async () => {},
    },
    provider: {
      async enhance(_request: unknown, { beforeSend }: { beforeSend(): Promise<void> }) {
        await beforeSend();
        calls.push(current);
        const error = ends(current);
        if (error !== undefined) throw error;
        return { bytes: Buffer.from('x'), headers: {} };
      },
      costOf: () => 1,
    },
    store: { put: async () => {} },
    ended: new AbortController(),
    kill: new AbortController().signal,
    takeRoom: async () => () => {},
    observe: () => {},
  } as unknown as AttemptParts;
  const job = { key: 'k', request: {}, onPaid: () => {} } as unknown as AttemptJob;
  const call = () => attemptByTurns(job, made, parts, new AbortController().signal);
  return { made, calls, dropped, call };
}

describe('keys of one organisation', () => {
  it('take turns by their weights', async () => {
    const { made, calls, call } = group([payer('a', 2), payer('b')], () => undefined);
    expect(made).toMatchObject({ id: 'slot', keyName: 'a, b', weight: 3 });
    for (let times = 0; times < 6; times++) await call();
    expect(calls.filter((name) => name === 'a')).toHaveLength(4);
  });

  it.each([
    'auth',
    'permission',
  ] as const)('leave the call to the next when one is refused (%s)', async (kind) => {
    const { calls, dropped, call } = group([payer('a'), payer('b')], (name) =>
      name === 'a' ? failure(kind) : undefined,
    );
    expect(await call()).toMatchObject({ ok: true });
    expect(await call()).toMatchObject({ ok: true });
    expect([calls, dropped]).toEqual([['a', 'b', 'b'], ['a']]);
  });

  it('end as one key would when none is left', async () => {
    const { calls, call } = group([payer('a'), payer('b')], () => failure('auth'));
    expect(await call()).toMatchObject({ ok: false, error: { kind: 'auth' } });
    expect(calls).toEqual(['a', 'b']);
  });

  it('leave the call to the next when one is at its spending limit', async () => {
    const { calls, dropped, call } = group([payer('a'), payer('b')], () => undefined, ['a']);
    for (let times = 0; times < 3; times++) expect(await call()).toMatchObject({ ok: true });
    expect([calls, dropped]).toEqual([['b', 'b', 'b'], ['a']]);
  });

  it('end at the spending limit of the last', async () => {
    const { calls, dropped, call } = group([payer('a'), payer('b')], () => undefined, ['a', 'b']);
    expect(await call()).toMatchObject({
      ok: false,
      error: {
        kind: 'quota',
        end: { stop: 'spending-limit', message: expect.stringContaining('for the key b') },
      },
    });
    expect([calls, dropped]).toEqual([[], ['a']]);
  });

  it('have one purse', async () => {
    const { calls, dropped, call } = group([payer('a'), payer('b')], () => failure('quota'));
    expect(await call()).toMatchObject({ ok: false, error: { kind: 'quota' } });
    expect([calls, dropped]).toEqual([['a'], []]);
  });
});
