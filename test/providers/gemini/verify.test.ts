import { describe, expect, it } from 'vitest';
import { gemini } from '../../../src/providers/gemini/gemini.ts';
import { serveRaw } from '../edits.ts';
import { type Asked, callTo, inTurn, key, type Reply, serve } from '../service/server.ts';

const list: Reply = { body: { models: [{ name: 'models/gemini-2.5-pro' }], nextPageToken: 'x' } };

function refused(status: number, code: string, message: string, reason?: string): Reply {
  const details = reason === undefined ? [] : [{ reason, domain: 'googleapis.com' }];
  return { status, body: { error: { code: status, message: `${message} ${key}`, status: code, details } } };
}

const isList = ({ url }: Asked) => url === '/models?pageSize=1';

describe('gemini: verify', () => {
  it('asks for one model and the one that is named, with the key in its own header', async () => {
    const { origin, asked } = await serve((one) => (isList(one) ? list : { body: { name: 'models/m' } }));
    const verdict = await gemini.verify(callTo(origin).call, 'm');
    expect(verdict).toMatchObject({ kind: 'valid', model: { name: 'm', available: true } });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /models?pageSize=1',
      'GET /models/m',
    ]);
    for (const { headers, url } of asked) {
      expect(headers['x-goog-api-key']).toBe(key);
      expect([headers.authorization, url.includes(key)]).toEqual([undefined, false]);
    }
  });

  it('names other models where there is none of that name', async () => {
    const none = refused(404, 'NOT_FOUND', 'models/m is not found');
    const { origin } = await serve((one) => (isList(one) ? list : none));
    const verdict = await gemini.verify(callTo(origin).call, 'm');
    expect(verdict).toMatchObject({ kind: 'valid', model: { name: 'm', available: false } });
    expect(verdict.nextStep).toContain('gemini-3.1-flash-image');
  });

  it.each([
    [refused(400, 'INVALID_ARGUMENT', 'API key not valid.', 'API_KEY_INVALID'), 'invalid'],
    [
      refused(400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.', 'API_KEY_INVALID'),
      'invalid',
    ],
    [refused(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked.'), 'invalid'],
    [refused(401, 'UNAUTHENTICATED', 'no', 'ACCESS_TOKEN_TYPE_UNSUPPORTED'), 'no-permission'],
    [refused(403, 'PERMISSION_DENIED', 'blocked', 'API_KEY_SERVICE_BLOCKED'), 'no-permission'],
    [refused(403, 'PERMISSION_DENIED', 'not used before', 'SERVICE_DISABLED'), 'no-permission'],
    [refused(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'), 'no-permission'],
    [refused(429, 'RESOURCE_EXHAUSTED', 'slower'), 'limited'],
    [refused(402, 'FAILED_PRECONDITION', 'prepaid'), 'no-funds'],
    [refused(400, 'INVALID_ARGUMENT', 'something else'), 'unknown'],
    [refused(503, 'UNAVAILABLE', 'overloaded'), 'unknown'],
    [{ body: '<html>sign in' }, 'unknown'],
    [{ body: { hello: 1 } }, 'unknown'],
  ])('%j is %s', async (reply, kind) => {
    const { origin, asked } = await serve(inTurn(reply));
    const verdict = await gemini.verify(callTo(origin).call);
    expect(verdict.kind).toBe(kind);
    expect(verdict.sentence).not.toBe('');
    expect(JSON.stringify(verdict)).not.toContain(key);
    expect(asked).toHaveLength(1);
  });

  it('calls no key wrong for what the network does', async () => {
    const url = await serveRaw((socket) => socket.destroy());
    expect((await gemini.verify(callTo(url).call)).kind).toBe('unknown');
    const silent = await serveRaw(() => {});
    expect((await gemini.verify(callTo(silent, { timeoutMs: 200 }).call)).kind).toBe('unknown');
  });
});
