import { expect, it } from 'vitest';
import { GivenUp } from '../../src/errors.ts';
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
  const end = explain(new PoolClosed('no-key', { callError }), 'Google Gemini');
  expect(end).toBeInstanceOf(GivenUp);
  expect(end).toMatchObject({
    stop: 'no-key',
    message: 'no key is accepted by the service (Google Gemini: the key is not accepted)',
    hint: told,
  });
});
