import { describe, expect, it } from 'vitest';
import { replicate } from '../../../src/providers/replicate/replicate.ts';
import { startReplicateServer } from '../../helpers/replicate-server.ts';
import { callTo, inTurn, key, serve } from '../service/server.ts';

const version = 'cd'.repeat(32);

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
});
