import { describe, expect, it } from 'vitest';
import { replicate } from '../../../src/providers/replicate/replicate.ts';
import { startReplicateServer } from '../../helpers/replicate-server.ts';
import { serveRaw } from '../edits.ts';
import { callTo, inTurn, key, type Reply, serve } from '../service/server.ts';

const version = 'cd'.repeat(32);
const problem = (status: number, title: string): Reply => ({
  ...{ status, body: { title, detail: `${title} ${key}`, status } },
});

describe('replicate: verify', () => {
  it('asks for the account and the model, which is free', async () => {
    const server = await startReplicateServer({ keys: [key] });
    const { call } = callTo(server.baseUrl);
    expect(await replicate.verify(call)).toMatchObject({
      kind: 'valid',
      model: { name: 'nightmareai/real-esrgan', available: true },
    });
    const none = await replicate.verify(call, 'nobody/nothing');
    expect(none).toMatchObject({ kind: 'valid', model: { name: 'nobody/nothing', available: false } });
    expect(none.nextStep).toContain('philz1337x/clarity-upscaler');
    expect(await replicate.verify(call, '../account')).toMatchObject({ model: { available: false } });
    server.set({ keys: ['another'] });
    expect(await replicate.verify(call)).toMatchObject({ kind: 'invalid' });
    expect(server.breaches).toEqual([]);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      ...['GET /account', 'GET /models/nightmareai/real-esrgan'],
      ...['GET /account', 'GET /models/nobody/nothing', 'GET /account', 'GET /account'],
    ]);
    await server.close();
  });

  it('asks for the version that is named', async () => {
    const { origin, asked } = await serve(inTurn({ body: { username: 'me' } }));
    await replicate.verify(callTo(origin).call, `a/b:${version}`);
    expect(asked[1]?.url).toBe(`/models/a/b/versions/${version}`);
  });

  it.each([
    [problem(401, 'Unauthenticated'), 'invalid'],
    [problem(402, 'Insufficient credit'), 'no-funds'],
    [problem(403, 'Forbidden'), 'no-permission'],
    [problem(403, 'Account disabled'), 'no-permission'],
    [problem(404, 'Not found'), 'unknown'],
    [problem(429, 'Too many requests'), 'limited'],
    [problem(500, 'Internal server error'), 'unknown'],
    [{ status: 502, body: '<html>' }, 'unknown'],
    [{ body: '<html>sign in' }, 'unknown'],
    [{ body: { hello: 1 } }, 'unknown'],
  ] as const)('%j is %s', async (reply, kind) => {
    const { origin, asked } = await serve(inTurn(reply));
    const verdict = await replicate.verify(callTo(origin).call);
    expect(verdict.kind).toBe(kind);
    expect(verdict.sentence).not.toBe('');
    expect(JSON.stringify(verdict)).not.toContain(key);
    expect(asked).toHaveLength(1);
  });

  it('calls no key wrong for what the network does', async () => {
    const url = await serveRaw((socket) => socket.destroy());
    expect((await replicate.verify(callTo(url).call)).kind).toBe('unknown');
    const silent = await serveRaw(() => {});
    expect((await replicate.verify(callTo(silent, { timeoutMs: 200 }).call)).kind).toBe('unknown');
  });
});
