import { describe, expect, it } from 'vitest';
import { falEdits } from '../../../src/providers/fal/fal-edits.ts';
import { upload } from '../../../src/providers/fal/upload.ts';
import type { FalPlan } from '../../helpers/fal-server.ts';
import { failureOf, shown } from '../service/server.ts';
import { falCall, falKey, request, start } from './requests.ts';

const large = { ...request, image: { ...request.image, bytes: Buffer.alloc(5 * 2 ** 20, 7) } };

describe('fal: a picture too large for a data URL', () => {
  it('is uploaded first, without a name of the user’s or the key, and deleted after a day', async () => {
    const server = await start();
    const { call, steps } = falCall(server.baseUrl);
    await falEdits.enhance(large, call);
    expect(server.asked.slice(0, 3)).toEqual([
      'POST /storage/upload/initiate',
      'PUT /put/1',
      'POST /fal-ai/nafnet/denoise',
    ]);
    expect(server.keys.slice(0, 3)).toEqual([`Key ${falKey}`, undefined, `Key ${falKey}`]);
    expect(server.uploads).toHaveLength(1);
    expect(server.uploads[0]?.type).toBe('image/jpeg');
    expect(server.uploads[0]?.bytes.equals(large.image.bytes)).toBe(true);
    expect(server.submissions[0]?.input).toEqual({ image_url: 'https://v3.fal.media/1.png' });
    // What is free is not noted as sent.
    expect(steps.slice(0, 2)).toEqual(['sent', 'accepted fal-ai/nafnet/requests/job-1']);
  });

  const to = (upload_url: unknown) => ({
    initiate: { body: { upload_url, file_url: 'https://v3.fal.media/1' } },
  });
  it.each<readonly [string, FalPlan, string]>([
    [
      'is refused for want of money',
      { initiate: { status: 403, body: { detail: 'User is locked' } } },
      'quota',
    ],
    ['is refused', { initiate: { status: 401, body: { detail: 'no' } } }, 'auth'],
    ['meets a gateway', { initiate: { status: 502, body: '<html>' } }, 'busy'],
    ['is told nothing of use', { initiate: { body: {} } }, 'busy'],
    ['is sent to a private host', to('https://169.254.169.254/put'), 'busy'],
    ['is sent to another scheme', to('http://storage.example/put'), 'busy'],
    ['is not taken', { put: { status: 500 } }, 'busy'],
    ['is redirected', { put: { status: 307, headers: { location: 'https://elsewhere.example/' } } }, 'busy'],
  ])('costs nothing where it %s', async (_what, plan, kind) => {
    const server = await start(plan);
    const { call, steps } = falCall(server.baseUrl);
    const failure = await failureOf(falEdits.enhance(large, call));
    expect(failure).toMatchObject({ kind, charge: 'none' });
    expect(shown(failure)).not.toMatch(/CANARY/);
    expect([server.submissions, steps]).toEqual([[], []]);
  });

  it('costs nothing where it is stopped or the connection breaks', async () => {
    const server = await start();
    const put = (fate: () => void): typeof fetch => {
      return async (input, init) => {
        if (init?.method !== 'PUT') return fetch(input, init);
        fate();
        init.signal?.throwIfAborted();
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) });
      };
    };
    const broken = falEdits.enhance(large, falCall(server.baseUrl, { fetch: put(() => {}) }).call);
    expect(await failureOf(broken)).toMatchObject({ kind: 'network', charge: 'none', code: 'ECONNRESET' });
    const stop = new AbortController();
    const parts = { signal: stop.signal, fetch: put(() => stop.abort()) };
    const stopped = falEdits.enhance(large, falCall(server.baseUrl, parts).call);
    expect(await failureOf(stopped)).toMatchObject({ kind: 'cancelled', charge: 'none' });
    expect(server.submissions).toEqual([]);
  });
});

describe('fal: hosts', () => {
  it('the key goes to fal’s three hosts alone; at another address all goes there', async () => {
    const seen: string[] = [];
    const spy: typeof fetch = async (input, init) => {
      const url = new URL(String(input));
      seen.push(`${url.host} ${new Headers(init?.headers).get('authorization')}`);
      if (url.pathname.startsWith('/storage')) {
        const body = { upload_url: 'https://93.184.216.34/put?s=1', file_url: 'https://v3.fal.media/1' };
        return Response.json(body);
      }
      return init?.method === 'PUT' ? new Response() : Response.json({ detail: 'no' }, { status: 422 });
    };
    const { call } = falCall('https://queue.fal.run', { fetch: spy });
    await failureOf(falEdits.enhance(large, call));
    await falEdits.quote?.('fal-ai/esrgan', call).catch(() => undefined);
    expect(seen).toEqual([
      `rest.fal.ai Key ${falKey}`,
      '93.184.216.34 null',
      `queue.fal.run Key ${falKey}`,
      `api.fal.ai Key ${falKey}`,
    ]);
    const elsewhere = falCall('https://gateway.example/fal', { fetch: spy }).call;
    seen.length = 0;
    await falEdits.quote?.('fal-ai/esrgan', elsewhere).catch(() => undefined);
    expect(seen).toEqual([`gateway.example Key ${falKey}`]);
  });
});

describe('fal: where a picture is uploaded', () => {
  const file_url = 'https://v3.fal.media/1';
  async function uploadTo(addresses: readonly string[] | Error, baseUrl = 'https://queue.fal.run') {
    const puts: string[] = [];
    const names: string[] = [];
    const spy: typeof fetch = async (input, init) => {
      if (init?.method !== 'PUT') return Response.json({ upload_url: 'https://put.example/1?s=1', file_url });
      puts.push(String(input));
      return new Response();
    };
    const uploading = upload(large.image, falCall(baseUrl, { fetch: spy }).call, async (name) => {
      names.push(name);
      if (addresses instanceof Error) throw addresses;
      return addresses.map((address) => ({ address }));
    });
    return { puts, names, result: await uploading.catch((error: unknown) => error) };
  }

  it.each([
    [['10.0.0.1']],
    [['93.184.216.34', '169.254.169.254']],
    [['::1']],
  ])('may not be a name that leads to %j', async (addresses) => {
    const { puts, result } = await uploadTo(addresses);
    expect(result).toMatchObject({ kind: 'busy', charge: 'none' });
    expect(String(result)).toContain('put.example: it lies in a private network');
    expect(puts).toEqual([]);
  });

  it.each([
    ['leads to the public network', ['93.184.216.34', '2606:4700::1111']],
    ['only a proxy can look up', Object.assign(new Error('none'), { code: 'ENOTFOUND' })],
  ])('may be one that %s', async (_what, addresses) => {
    const { puts, names, result } = await uploadTo(addresses);
    expect([puts, names, result]).toEqual([['https://put.example/1?s=1'], ['put.example'], file_url]);
  });

  it('is the user’s own affair behind a gateway of theirs', async () => {
    const { names, result } = await uploadTo(['10.0.0.1'], 'https://gateway.example/fal');
    expect([names, result]).toEqual([[], file_url]);
  });
});
