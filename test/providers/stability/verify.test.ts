import { describe, expect, it } from 'vitest';
import { stability } from '../../../src/providers/stability/stability.ts';
import { serveRaw } from '../edits.ts';
import { callTo, inTurn, key, type Reply, serve } from '../service/server.ts';

function refused(status: number, name: string, message: string): Reply {
  return { status, body: { id: '9160aa70', name, message: `${message} ${key}` } };
}

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

  it.each([
    [{ body: { credits: 0 } }, 'no-funds'],
    [{ body: { credits: -0.4 } }, 'no-funds'],
    [refused(401, 'unauthorized', 'missing authorization header'), 'invalid'],
    [refused(403, 'permission_denied', 'no'), 'no-permission'],
    [refused(402, 'payment_required', 'no'), 'no-funds'],
    [refused(429, 'insufficient_balance', 'no'), 'no-funds'],
    [refused(429, 'rate_limit_exceeded', 'slower'), 'limited'],
    [refused(404, 'not_found', 'no'), 'unknown'],
    [refused(500, 'internal_error', 'oops'), 'unknown'],
    [{ status: 502, body: '<html>' }, 'unknown'],
    [{ body: '<html>sign in' }, 'unknown'],
    [{ body: { credits: '12' } }, 'unknown'],
    [{ body: { hello: 1 } }, 'unknown'],
    [{ status: 302, headers: { location: 'https://example.com/' } }, 'unknown'],
  ] satisfies readonly (readonly [Reply, string])[])('%j is %s', async (reply, kind) => {
    const { origin, asked } = await serve(inTurn(reply));
    const verdict = await stability.verify(callTo(origin).call);
    expect(verdict.kind).toBe(kind);
    expect(verdict.sentence).toMatch(/^.{8,}[^.]$/);
    expect(verdict.nextStep).not.toBe('');
    expect(JSON.stringify(verdict)).not.toContain(key);
    expect(asked).toHaveLength(1);
  });

  it('calls no key wrong for what the network does', async () => {
    const url = await serveRaw((socket) => socket.destroy());
    expect((await stability.verify(callTo(url).call)).kind).toBe('unknown');
    const silent = await serveRaw(() => {});
    expect((await stability.verify(callTo(silent, { timeoutMs: 200 }).call)).kind).toBe('unknown');
  });

  it('gives up when the caller does', async () => {
    const signal = AbortSignal.abort(new Error('stopped by the user'));
    const { origin } = await serve(inTurn({ body: { credits: 1 } }));
    await expect(stability.verify(callTo(origin, { signal }).call)).rejects.toThrow('stopped by the user');
  });
});
