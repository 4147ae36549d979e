import { expect, it } from 'vitest';
import { ChargedForNothing, GivenUp } from '../../src/errors.ts';
import { PoolClosed } from '../../src/pool/pool-closed.ts';
import { CallError } from '../../src/providers/enhance.ts';
import { explain } from '../../src/purchases/explain.ts';

const next = 'imgsys key verify gemini looks into it, imgsys key rotate gemini puts another in its place';

it.each([
  ['make a new one: https://example.org', `make a new one: https://example.org; ${next}`],
  [undefined, next],
])('a key that is not accepted is told with what to do about it (%s)', (hint, told) => {
  const facts = { provider: 'gemini', kind: 'auth', charge: 'none', hint } as const;
  const callError = new CallError('the key is not accepted', facts);
  const end = explain(new PoolClosed('no-key', { callError }), 'Google Gemini', 'm');
  expect(end).toBeInstanceOf(GivenUp);
  expect(end).toMatchObject({
    stop: 'no-key',
    message: 'no key is accepted by the service (Google Gemini: the key is not accepted)',
    hint: told,
  });
});

it('a model that is not there is told by its name, and where to look', () => {
  const facts = { provider: 'gemini', kind: 'permission', charge: 'none', isAboutModel: true } as const;
  const callError = new CallError('there is none', facts);
  expect(explain(new PoolClosed('permission', { callError }), 'Google Gemini', 'nano')).toMatchObject({
    stop: 'no-model',
    message: 'the model nano is not there for this key (Google Gemini: there is none)',
    hint: expect.stringMatching(/imgsys providers gemini .*imgsys key verify gemini --model nano/),
  });
});

it('an answer that was charged and is no picture is one of those', () => {
  const error = new CallError('it is a text', { provider: 'gemini', kind: 'protocol', charge: 'paid' });
  const told = explain(error, 'Google Gemini', 'm') as ChargedForNothing;
  expect(told).toBeInstanceOf(ChargedForNothing);
  expect(told).toMatchObject({ reason: 'answer-unusable', fault: 'no-picture' });
  expect(told.hint).toContain('tries all that failed');
});
