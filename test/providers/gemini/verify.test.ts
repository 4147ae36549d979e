import { describe, expect, it } from 'vitest';
import { gemini } from '../../../src/providers/gemini/gemini.ts';
import { type Asked, callTo, key, type Reply, serve } from '../service/server.ts';

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
});
