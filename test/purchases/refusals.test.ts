import { describe, expect, it } from 'vitest';
import { GivenUp, ItemError } from '../../src/errors.ts';
import { CallError, type Charge, type FailureKind } from '../../src/providers/enhance.ts';
import { watchRefusals } from '../../src/purchases/refusals.ts';

function failure(kind: FailureKind, charge: Charge, status?: number): ItemError {
  const cause = new CallError('no', { provider: 'openai', kind, charge, status });
  return new ItemError('provider-failed', 'no', { cause });
}

function stopAfter(errors: readonly (ItemError | 'made')[]): { at: number; stop: unknown } | undefined {
  const watch = watchRefusals();
  for (const [at, error] of errors.entries()) {
    try {
      if (error === 'made') watch.made();
      else watch.failed(error);
    } catch (thrown) {
      if (thrown instanceof GivenUp) return { at: at + 1, stop: thrown.stop };
      throw thrown;
    }
  }
  return undefined;
}

const wrong = failure('invalid', 'none', 404);
const useless = failure('protocol', 'paid', 200);
const away = failure('network', 'none');
const refused = failure('refused', 'none', 400);

describe('a service that makes nothing', () => {
  it.each([
    ['a wrong request, five times', Array(9).fill(wrong), { at: 5, stop: 'refuses-all' }],
    ['a wrong request, after one that was right', ['made', ...Array(9).fill(wrong)], undefined],
    ['useless answers, five times', Array(9).fill(useless), { at: 5, stop: 'refuses-all' }],
    ['useless answers, later on', ['made', ...Array(9).fill(useless)], { at: 6, stop: 'refuses-all' }],
    ['useless answers between good ones', Array(9).fill([useless, useless, 'made']).flat(), undefined],
    ['no connection, three times', Array(9).fill(away), { at: 3, stop: 'unreachable' }],
    ['different troubles', Array(9).fill([away, useless, wrong]).flat(), undefined],
    ['pictures that are refused', Array(99).fill(refused), undefined],
    ['errors of our own', Array(99).fill(new ItemError('damaged', 'is damaged')), undefined],
  ])('%s', (_, errors, expected) => {
    expect(stopAfter(errors)).toEqual(expected);
  });

  it('is not asked again', () => {
    const watch = watchRefusals();
    watch.check();
    for (let at = 0; at < 2; at++) watch.failed(away);
    expect(() => watch.failed(away)).toThrow(GivenUp);
    expect(() => watch.check()).toThrow(/cannot be reached/);
  });
});
