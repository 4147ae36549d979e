import { describe, expect, it } from 'vitest';
import { fal } from '../../../src/providers/fal/fal.ts';
import { hasShared } from '../../helpers/shared.ts';
import { falCall, start } from './requests.ts';

const error = (type: string, message: string) => ({ error: { type, message } });

describe('fal: verify', () => {
  it.skipIf(!hasShared)('asks for a price as the published contract has it', async () => {
    const server = await start();
    const verdict = await fal.verify(falCall(server.baseUrl).call, 'fal-ai/birefnet/v2');
    expect(verdict).toMatchObject({
      kind: 'valid',
      model: { name: 'fal-ai/birefnet/v2', available: true },
    });
    expect(server.asked).toEqual(['GET /v1/models/pricing', 'GET /v1/models/pricing']);
    expect(server.breaches).toEqual([]);
    expect(server.submissions).toEqual([]);
  });

  it('says that a model is not there', async () => {
    const server = await start();
    const { call } = falCall(server.baseUrl);
    const missing: typeof fetch = async (input, init) =>
      String(input).includes('none')
        ? Response.json(error('not_found', 'no'), { status: 404 })
        : fetch(input, init);
    const verdict = await fal.verify({ ...call, fetch: missing }, 'fal-ai/none');
    expect(verdict).toMatchObject({ kind: 'valid', model: { available: false } });
  });
});
