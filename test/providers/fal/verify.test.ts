import { describe, expect, it } from 'vitest';
import { fal } from '../../../src/providers/fal/fal.ts';
import { hasShared } from '../../helpers/shared.ts';
import { serveRaw } from '../edits.ts';
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

  it.each([
    [401, error('authorization_error', 'Authentication required'), 'invalid'],
    [401, { detail: 'Authorization token=CANARY-fal-secret-0123456789 is invalid' }, 'invalid'],
    [403, error('authorization_error', 'no'), 'no-permission'],
    [403, { detail: 'User is locked. Reason: Admin lock. Please contact support@fal.ai' }, 'no-permission'],
    [403, { detail: 'User is locked. Reason: Exhausted balance. Top up your balance' }, 'no-funds'],
    [429, error('rate_limited', 'slower'), 'limited'],
    [503, error('server_error', 'no'), 'unknown'],
    [200, '<html>sign in', 'unknown'],
    [200, { hello: 1 }, 'unknown'],
  ])('%i %j is %s', async (status, body, kind) => {
    const reply = async () =>
      new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
    const verdict = await fal.verify(falCall('https://queue.fal.run', { fetch: reply }).call);
    expect(verdict.kind).toBe(kind);
    expect(verdict.sentence).not.toBe('');
    expect(JSON.stringify(verdict)).not.toMatch(/CANARY/);
  });

  it('calls no key wrong for what the network does', async () => {
    const url = await serveRaw((socket) => socket.destroy());
    expect((await fal.verify(falCall(url).call)).kind).toBe('unknown');
    const silent = await serveRaw(() => {});
    expect((await fal.verify(falCall(silent, { timeoutMs: 200 }).call)).kind).toBe('unknown');
  });
});
