import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../../src/providers/http.ts';
import { stability } from '../../../src/providers/stability/stability.ts';
import { stabilityEdits } from '../../../src/providers/stability/stability-edits.ts';
import { callTo, inTurn, key, serve } from '../service/server.ts';

describe('stability: verify', () => {
  it('asks for the balance, and tells it', async () => {
    const { origin, asked } = await serve(inTurn({ body: { credits: 1234.567 } }));
    const verdict = await stability.verify(callTo(origin).call);
    expect(verdict.kind).toBe('valid');
    expect(verdict.sentence).toContain('accepts the key, with 1,234.57 credits left');
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /v1/user/balance']);
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${key}`);
    const one = await serve(inTurn({ body: { credits: 1 } }));
    expect((await stability.verify(callTo(one.origin).call)).sentence).toContain('with 1 credit left');
  });
});

describe('stability: balance', () => {
  const balance = async (body: object, status = 200) =>
    stabilityEdits.balance?.(callTo((await serve(inTurn({ status, body }))).origin).call);

  it.each([
    [{ credits: 1234.567 }, 12_345_670],
    [{ credits: 0 }, 0],
    [{ credits: -0.4 }, -4_000],
    [{ credits: '12' }, undefined],
    [{}, undefined],
  ])('%o is %s micro-dollars', async (body, microusd) => {
    expect(await balance(body)).toBe(microusd);
  });

  it('is an error where the service tells none', async () => {
    await expect(balance({ name: 'unauthorized', errors: [key] }, 401)).rejects.toThrow(ProviderError);
  });
});
