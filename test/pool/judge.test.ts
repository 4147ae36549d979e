import { describe, expect, it } from 'vitest';
import { judge, type Tries } from '../../src/pool/judge.ts';
import { CallError, type FailureKind } from '../../src/providers/enhance.ts';

const once: Tries = { rate: 1, trouble: 1, broken: 1 };

function error(
  kind: FailureKind,
  facts: Partial<ConstructorParameters<typeof CallError>[1]> = {},
): CallError {
  return new CallError('no', { provider: 'test', kind, charge: 'none', ...facts });
}

describe('judge', () => {
  it.each([
    ['quota', 'bench', 'account'],
    ['auth', 'bench', 'no-key'],
    ['permission', 'bench', 'permission'],
    ['refused', 'fail', undefined],
    ['invalid', 'fail', undefined],
    ['protocol', 'fail', undefined],
    ['cancelled', 'fail', undefined],
    ['rate', 'again', undefined],
    ['busy', 'again', undefined],
    ['network', 'again', undefined],
  ] as const)('%s: %s %s', (kind, verdict, why) => {
    expect(judge(error(kind), once)).toMatchObject(why ? { kind: verdict, why } : { kind: verdict });
  });

  it.each([
    'rate',
    'busy',
    'network',
    'auth',
    'quota',
  ] as const)('never repeats %s that may have been charged', (kind) => {
    expect(judge(error(kind, { charge: 'unsettled' }), once)).toEqual({ kind: 'fail' });
    expect(judge(error(kind, { charge: 'paid' }), once)).toEqual({ kind: 'fail' });
  });

  it('gives trouble up at the sixth try, a broken upload at the twentieth, and "too fast" never', () => {
    expect(judge(error('busy'), { ...once, trouble: 5 }).kind).toBe('again');
    expect(judge(error('busy'), { ...once, trouble: 6 }).kind).toBe('fail');
    expect(judge(error('network', { uploadBroken: true }), { ...once, broken: 19, trouble: 9 }).kind).toBe(
      'again',
    );
    expect(judge(error('network', { uploadBroken: true }), { ...once, broken: 20 }).kind).toBe('fail');
    expect(judge(error('rate'), { ...once, rate: 1000 })).toEqual({ kind: 'again', backoffMs: 15_000 });
  });

  it('waits twice as long each time', () => {
    const waits = [1, 2, 3, 4, 5].map((trouble) => judge(error('busy'), { ...once, trouble }));
    expect(waits.map((wait) => wait.kind === 'again' && wait.backoffMs)).toEqual([
      1000, 2000, 4000, 8000, 16_000,
    ]);
    expect(judge(error('rate'), { ...once, rate: 2 })).toEqual({ kind: 'again', backoffMs: 0 });
  });
});
