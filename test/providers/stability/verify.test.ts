import { describe, expect, it } from 'vitest';
import { stability } from '../../../src/providers/stability/stability.ts';
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
