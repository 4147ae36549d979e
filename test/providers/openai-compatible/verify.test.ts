import { describe, expect, it } from 'vitest';
import { openaiCompatible } from '../../../src/providers/openai-compatible/openai-compatible.ts';
import { describeVerify } from '../openai/verify-contract.ts';

describeVerify(openaiCompatible);

describe('openai-compatible', () => {
  it.each([
    ['sd-server', { data: [{ id: 'sd-cpp-local' }] }],
    ['a bare list', [{ id: 'sd-cpp-local' }]],
    ['names alone', { models: ['sd-cpp-local', 7, null] }],
    ['another name for the name', { models: [{ name: 'sd-cpp-local' }] }],
  ])('understands the list of %s', async (_name, body) => {
    const call = { baseUrl: 'http://127.0.0.1:1234/v1', fetch: async () => Response.json(body) };
    expect(await openaiCompatible.verify(call, 'sd-cpp-local')).toMatchObject({
      ...{ kind: 'valid', sentence: '127.0.0.1:1234 answers and asks for no key' },
      model: { name: 'sd-cpp-local', available: true },
    });
  });

  it('says when a server wants a key and was given none', async () => {
    const fetch = async () => Response.json({ error: 'unauthorised' }, { status: 401 });
    const verdict = await openaiCompatible.verify({ baseUrl: 'http://127.0.0.1:1234/v1', fetch });
    expect(verdict).toMatchObject({ kind: 'invalid', sentence: '127.0.0.1:1234 asks for a key' });
    expect(verdict.nextStep).toContain('without --no-key');
  });
});
