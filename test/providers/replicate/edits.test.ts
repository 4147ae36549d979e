import { afterEach, describe, expect, it } from 'vitest';
import type { EnhanceCall, EnhanceRequest } from '../../../src/providers/enhance.ts';
import { replicateEdits } from '../../../src/providers/replicate/replicate-edits.ts';
import { heldDeadlines } from '../../helpers/deadlines.ts';
import {
  type OtherAnswer,
  type ReplicateOptions,
  type ReplicateServer,
  startReplicateServer,
} from '../../helpers/replicate-server.ts';
import { hasShared } from '../../helpers/shared.ts';
import { callTo, failureOf, key, shown } from '../service/server.ts';

const picture = Buffer.from('not decoded here, so any bytes are a picture');
const version = 'ab'.repeat(32);
const request: EnhanceRequest = {
  ...{ model: 'nightmareai/real-esrgan', prompt: '', wish: { operation: 'upscale', scale: 4 }, options: {} },
  image: { bytes: Buffer.alloc(120_001, 'photo'), type: 'image/jpeg', width: 900, height: 600 },
};
const large: EnhanceRequest = { ...request, image: { ...request.image, bytes: Buffer.alloc(700_001, 'p') } };
const mask = { bytes: Buffer.from('a mask'), type: 'image/png', width: 900, height: 600 } as const;

const servers: ReplicateServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    // All that was sent held to the contract.
    expect(server.breaches).toEqual([]);
    await server.close();
  }
});

async function start(options: Partial<ReplicateOptions> = {}): Promise<ReplicateServer> {
  const server = await startReplicateServer({ make: () => picture, ...options });
  servers.push(server);
  return server;
}

const ways = ({ asked }: ReplicateServer) => asked.map(({ method, path }) => `${method} ${path}`);
const gets = (server: ReplicateServer) => ways(server).filter((way) => way.startsWith('GET'));
const isOrder = ({ method }: { readonly method: string }) => method === 'POST';

async function fail(options: Partial<ReplicateOptions>, parts: Partial<EnhanceCall> = {}) {
  const server = await start(options);
  const steps = callTo(server.baseUrl, parts);
  const failure = await failureOf(replicateEdits.enhance(request, steps.call));
  expect(shown(failure)).not.toContain(key);
  expect(server.submissions.length).toBeLessThanOrEqual(1);
  return { failure, server, ...steps };
}

describe('replicate', () => {
  it.runIf(hasShared)('is held to the published contract', async () => {
    const server = await start();
    const prefer = {
      prefer: 'respond-async',
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
    };
    const path = `${server.baseUrl}/models/a/b/predictions`;
    const answer = await fetch(path, { method: 'POST', headers: prefer, body: '{"input":{},"more":1}' });
    expect(answer.status).toBe(400);
    expect(server.breaches).toHaveLength(1);
    servers.pop();
    await server.close();
  });

  it('orders from an official model by its name, and waits for the picture', async () => {
    const server = await start({ makeMs: 60 });
    const sleep = () => new Promise<void>((resolve) => void setTimeout(resolve, 20));
    const { call, steps } = callTo(server.baseUrl, { sleep });
    const result = await replicateEdits.enhance(request, call);
    expect(result.bytes.equals(picture)).toBe(true);
    expect(result).toMatchObject({ requestId: 'job000001' });
    expect(result.costMicrousd).toBeUndefined();
    expect(steps.slice(0, 2)).toEqual(['sent', 'accepted job000001']);
    expect(ways(server)[0]).toBe('POST /models/nightmareai/real-esrgan/predictions');
    expect(new Set(ways(server).slice(1))).toEqual(new Set(['GET /predictions/job000001']));
    const [one] = server.submissions;
    expect(one?.picture.equals(request.image.bytes)).toBe(true);
    expect(one?.input).toEqual({
      image: expect.stringMatching(/^data:image\/jpeg;/),
      scale: 4,
      face_enhance: false,
    });
    expect(one?.headers).toMatchObject({ authorization: `Bearer ${key}`, 'cancel-after': '600s' });
    expect(one?.headers.prefer).toBeUndefined();
  });

  it('orders from any other model by its version', async () => {
    const server = await start();
    const { call } = callTo(server.baseUrl, { timeoutMs: 500_000 });
    const model = `sczhou/codeformer:${version}`;
    const options = { codeformer_fidelity: '0.7', face_upsample: 'true' };
    await replicateEdits.enhance({ ...request, model, wish: { operation: 'restore' }, options }, call);
    expect(ways(server)[0]).toBe('POST /predictions');
    expect(server.submissions[0]).toMatchObject({
      ...{ model, headers: { 'cancel-after': '1000s' } },
      input: { upscale: 1, codeformer_fidelity: 0.7, face_upsample: true },
    });
  });

  it('sends a large picture as a file before the call counts as sent', async () => {
    const server = await start();
    const { call, steps } = callTo(server.baseUrl, {
      beforeSend: async () => void steps.push(`sent after ${ways(server)}`),
    });
    await replicateEdits.enhance(large, call);
    expect(steps[0]).toBe('sent after POST /files');
    expect(server.submissions[0]?.picture.equals(large.image.bytes)).toBe(true);
    expect(server.submissions[0]?.input.image).toBe(`${server.baseUrl}/files/file1`);
  });

  it.each<readonly [OtherAnswer, string]>([
    [{ status: 401, body: { title: 'Unauthenticated', detail: 'no' } }, 'auth'],
    [{ status: 413, body: { detail: 'Files must be less than 100MB in size' } }, 'refused'],
    [{ status: 429, body: { detail: 'Your rate limit resets in ~30s.' } }, 'rate'],
    [{ status: 502, body: '<html>' }, 'busy'],
    [{ status: 200, body: { id: 'x' } }, 'protocol'],
    [{ status: 200, body: '<html>' }, 'protocol'],
    ['drop', 'network'],
    ['hang', 'network'],
  ])('a file that is not taken (%j) costs nothing: %s', async (other, kind) => {
    const server = await start({ instead: ({ path }) => (path === '/files' ? other : undefined) });
    const { call, steps } = callTo(server.baseUrl, other === 'hang' ? { timeoutMs: 400 } : {});
    const failure = await failureOf(replicateEdits.enhance(large, call));
    expect(failure).toMatchObject({ kind, charge: 'none', collectable: false });
    expect([steps, server.submissions.length]).toEqual([[], 0]);
  });

  it.each([
    ['google/nano-banana-2', { size: { width: 2528, height: 1696 }, quality: '2K', prompt: 'brighter' }],
  ])('%s is sent a list, a ratio and a class', async (model, parts) => {
    const server = await start();
    const wish = { operation: 'enhance' } as const;
    await replicateEdits.enhance({ ...request, model, wish, ...parts }, callTo(server.baseUrl).call);
    expect(server.submissions[0]?.input).toEqual({
      image_input: [expect.stringMatching(/^data:/)],
      ...{ prompt: 'brighter', aspect_ratio: '3:2', resolution: '2K', output_format: 'png' },
    });
  });

  it.each<readonly [Partial<EnhanceRequest>, object]>([
    [
      { model: 'topazlabs/image-upscale', wish: { operation: 'upscale', scale: 2 } },
      { upscale_factor: '2x', face_enhancement: false, output_format: 'png' },
    ],
    [
      { model: 'topazlabs/image-upscale', wish: { operation: 'enhance' }, options: { enhance_model: 'CGI' } },
      { upscale_factor: 'None', face_enhancement: false, output_format: 'png', enhance_model: 'CGI' },
    ],
    [{ model: 'recraft-ai/recraft-crisp-upscale' }, {}],
    [
      {
        ...{ model: 'philz1337x/clarity-upscaler', prompt: 'a house' },
        wish: { operation: 'upscale', scale: 2, seed: 7, negative: 'people' },
        options: { creativity: '0.2', scheduler: 'DDIM' },
      },
      {
        ...{ scale_factor: 2, prompt: 'a house', negative_prompt: 'people', seed: 7 },
        ...{ creativity: 0.2, scheduler: 'DDIM', output_format: 'png' },
      },
    ],
    [
      {
        model: 'some/editor',
        wish: { operation: 'retouch', seed: 3 },
        prompt: 'no cars',
        options: { steps: '20' },
      },
      { prompt: 'no cars', seed: 3, steps: 20 },
    ],
    [
      {
        ...{ model: `some/upscaler:${version}`, wish: { operation: 'upscale', scale: 2 }, prompt: 'sharp' },
        options: { 'scale-name': 'factor', 'prompt-name': '', name: '"12"', list: '[1,2]' },
      },
      { factor: 2, name: '12', list: [1, 2] },
    ],
  ])('%j is sent %j besides the picture', async (parts, rest) => {
    const server = await start();
    await replicateEdits.enhance({ ...request, ...parts }, callTo(server.baseUrl).call);
    expect(server.submissions[0]?.input).toEqual({ ...rest, image: expect.stringMatching(/^data:/) });
  });

  it('sends picture and mask under the names that are given', async () => {
    const server = await start();
    const { call } = callTo(server.baseUrl);
    const wish = { operation: 'fill' } as const;
    const options = { 'image-name': 'inputs[]', 'mask-name': 'hole' };
    await replicateEdits.enhance({ ...request, model: 'some/painter', wish, mask, options }, call);
    const model = `allenhooo/lama:${version}`;
    await replicateEdits.enhance({ ...request, model, wish, mask }, call);
    const data = expect.stringMatching(/^data:image\/png;base64,YSBtYXNr$/);
    expect(server.submissions.map(({ input }) => input)).toEqual([
      { inputs: [expect.stringMatching(/^data:image\/jpeg/)], hole: data },
      { image: expect.stringMatching(/^data:image\/jpeg/), mask: data },
    ]);
  });

  it.each<readonly [Partial<EnhanceRequest>, string]>([
    [{ options: { image: 'https://x.test/other.png' } }, 'it holds the picture'],
    [{ wish: { operation: 'upscale', scale: 2, seed: 1 } }, 'takes a seed'],
    [{ mask }, 'takes a mask'],
    [{ quality: 'high' }, 'takes a quality'],
    [{ options: { scale: '10' } }, '--size says it'],
    [
      {
        model: 'google/nano-banana-2',
        wish: { operation: 'enhance' },
        quality: '1K',
        options: { resolution: '4K' },
      },
      '--quality says it',
    ],
  ])('refuses %j before anything is sent', async (parts, says) => {
    const server = await start();
    const { call, steps } = callTo(server.baseUrl);
    const failure = await failureOf(replicateEdits.enhance({ ...large, ...parts }, call));
    expect(failure).toMatchObject({ kind: 'invalid', charge: 'none' });
    expect(failure.message).toContain(says);
    expect([steps, server.asked]).toEqual([[], []]);
  });
});

describe('replicate: an order that is refused', () => {
  it.each([
    '',
    '{"id":',
    '{}',
    '{"id":"../account"}',
    '{"id":7}',
  ])('a 201 of %s is paid for, and kept', async (body) => {
    const instead: ReplicateOptions['instead'] = (_asked, isOrdered) =>
      isOrdered ? { status: 201, body } : undefined;
    const { failure, steps } = await fail({ instead });
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'paid' });
    expect(failure.evidence?.toString()).toBe(body);
    expect(steps).toEqual(['sent']);
  });
});

describe('replicate: a job', () => {
  const failed = (fields: object) => ({ prediction: () => ({ status: 'failed', output: null, ...fields }) });
  const ran = { metrics: { predict_time: 0.4 }, started_at: '2026-11-21T10:00:01.000Z' };
  const unran = { metrics: {}, started_at: null };
  const tooMany =
    'Input image has a total number of pixels 7392000 greater than the max size that fits in GPU memory';
  it.each<readonly [object, string, string, string]>([
    [{ ...ran, error: 'boom' }, 'refused', 'unsettled', 'failed to make the picture: boom'],
    [{ ...ran, error: tooMany }, 'refused', 'unsettled', 'pixels 7392000'],
    [{ ...ran, error: 'The input was flagged as sensitive. (E005)' }, 'refused', 'unsettled', 'E005'],
    [{ ...ran, error: 'CUDA out of memory.' }, 'busy', 'unsettled', 'CUDA'],
    [
      { ...ran, error: null, logs: 'step 1\nValueError: \u001b[31mbad\n' },
      'refused',
      'unsettled',
      'ValueError: \\e[31mbad',
    ],
    [{ ...unran, error: 'Model setup failed' }, 'busy', 'none', 'setup failed'],
    [{ metrics: { predict_time: 0 }, error: 'x' }, 'busy', 'none', 'x'],
    [{ ...ran, status: 'canceled' }, 'refused', 'unsettled', 'stopped the job before it was done'],
    [{ ...unran, status: 'canceled' }, 'refused', 'unsettled', 'stopped the job'],
    [{ ...unran, status: 'aborted' }, 'busy', 'none', 'did not begin the job in time'],
  ])('%j is %s, %s, and over', async (fields, kind, charge, says) => {
    const { failure, steps } = await fail(failed(fields));
    expect(failure).toMatchObject({ kind, charge, collectable: false, requestId: 'job000001' });
    expect(failure.message).toContain(says);
    expect(failure.message.length).toBeLessThanOrEqual(300);
    expect(steps).toEqual(['sent', 'accepted job000001']);
  });

  it('tells little of much', async () => {
    const { failure } = await fail(failed({ ...ran, error: `${key} ${'x'.repeat(5_000)}` }));
    expect(failure.message.length).toBeLessThanOrEqual(300);
  });

  it.each([
    ['a list', (url: string) => [url]],
    ['the last of a list', (url: string) => ['https://x.invalid/draft.png', url]],
    ['an object', (url: string) => ({ seed: 7, image: url })],
    ['a data URL', () => `data:image/png;base64,${picture.toString('base64')}`],
  ])('gives the picture as %s', async (_what, outputOf) => {
    const server: ReplicateServer = await start({
      prediction: ({ id }) => ({ output: outputOf(server.baseUrl.replace('/v1', `/delivery/${id}.png`)) }),
    });
    const result = await replicateEdits.enhance(request, callTo(server.baseUrl).call);
    expect(result.bytes.equals(picture)).toBe(true);
  });

  it.each([
    [{ output: null, data_removed: true }, 'has deleted it since, as it does after an hour'],
    [{ output: null }, 'has deleted it since'],
    [{ output: 'a text' }, 'made something that is no picture'],
    [{ output: [] }, 'made something that is no picture'],
    [{ output: ['file:///etc/passwd'] }, 'made something that is no picture'],
  ])('done with %j is paid for', async (fields, says) => {
    const { failure } = await fail({ prediction: () => fields });
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'paid', collectable: false });
    expect(failure.message).toContain(says);
    expect(failure.evidence).toBeDefined();
  });

  it.each([
    'https://10.0.0.1/x.png',
    'http://replicate.delivery/x.png',
    'https://[::1]/x.png',
  ])('is not fetched from %s, and paid for', async (output) => {
    const { failure, steps } = await fail({ prediction: () => ({ output }) });
    expect(failure).toMatchObject({ charge: 'paid', collectable: false });
    expect(failure.message).toContain('was not fetched');
    expect(steps.at(-1)).toMatch(/^answer /);
  });

  it('is not read on where its state has more than any has', async () => {
    const logs = 'x'.repeat(9 * 2 ** 20);
    const { failure } = await fail({ prediction: () => ({ output: 'https://10.0.0.1/x.png', logs }) });
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'unsettled', collectable: true });
    expect(failure.message).toContain('more than was asked for');
  });

  it('sends the key to the API alone', async () => {
    let keyAtDelivery: string | undefined = 'never asked';
    const server = await start({ make: () => picture });
    const seen: typeof fetch = (input, init) => {
      expect(String(input)).toContain(server.baseUrl);
      return fetch(input, init);
    };
    server.set({
      instead: ({ path, headers }) => {
        if (path.startsWith('/delivery')) keyAtDelivery = headers.authorization;
        return undefined;
      },
      // Whatever addresses it names for itself: those of others are not followed.
      prediction: () => ({ urls: { web: '', get: 'https://x.invalid/steal', cancel: '' } }),
    });
    await replicateEdits.enhance(request, callTo(server.baseUrl, { fetch: seen }).call);
    expect(keyAtDelivery).toBe('never asked');
  });

  it.each<readonly [OtherAnswer, string, boolean]>([
    [{ status: 401, body: { detail: 'revoked' } }, 'auth', true],
    [{ status: 404, body: { detail: 'Prediction not found' } }, 'invalid', false],
    [{ status: 503, body: '' }, 'busy', true],
    [{ status: 200, body: '<html>sign in' }, 'protocol', true],
    [{ status: 200, body: { detail: 'hello' } }, 'protocol', true],
    ['drop', 'network', true],
    ['hang', 'network', true],
  ])('asked for in vain (%j) is unsettled: %s, collectable %s', async (other, kind, collectable) => {
    const { come } = heldDeadlines();
    const instead: ReplicateOptions['instead'] = ({ method }) => {
      if (method === 'GET' && other === 'hang') come();
      return method === 'GET' ? other : undefined;
    };
    const { failure, steps } = await fail({ instead });
    expect(failure).toMatchObject({ kind, charge: 'unsettled', collectable });
    expect(steps).toEqual(['sent', 'accepted job000001']);
  });

  it.each(['constructor', 'toString', '__proto__'])('waits where the status is %s', async (status) => {
    const { failure } = await fail({ prediction: () => ({ status }) });
    expect(failure).toMatchObject({ kind: 'network', charge: 'unsettled', collectable: true });
  });

  it('takes no word on another job for one on its own', async () => {
    const body = { id: 'other00001', status: 'succeeded', output: null };
    const { failure } = await fail({
      instead: ({ method }) => (method === 'GET' ? { status: 200, body } : undefined),
    });
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'unsettled', collectable: true });
    expect(failure.message).toContain('something else than the job');
  });

  it('waits out what passes, and asks again', async () => {
    let left = 2;
    const server = await start({
      instead: ({ method }) =>
        method === 'GET' && left-- > 0 ? { status: 429, body: { detail: 'x' } } : undefined,
    });
    const result = await replicateEdits.enhance(request, callTo(server.baseUrl).call);
    expect(result.bytes.equals(picture)).toBe(true);
    expect([server.submissions.length, gets(server).length]).toEqual([1, 3]);
  });

  it('is left, and collected by asking alone', async () => {
    const { failure, server } = await fail({ makeMs: 1e9 }, { timeoutMs: 20_000 });
    expect(failure).toMatchObject({
      kind: 'network',
      code: 'TIMEOUT',
      charge: 'unsettled',
      collectable: true,
    });
    const stop = new AbortController();
    const later = callTo(server.baseUrl, {
      signal: stop.signal,
      sleep: async () => {
        stop.abort();
        stop.signal.throwIfAborted();
      },
    });
    const stopped = await failureOf(collect('job000001', later.call));
    expect(stopped).toMatchObject({ kind: 'cancelled', charge: 'unsettled', collectable: true });
    server.set({ makeMs: 0 });
    const { call, steps } = callTo(server.baseUrl);
    expect((await collect('job000001', call)).bytes.equals(picture)).toBe(true);
    expect(steps.filter((step) => !step.startsWith('answer'))).toEqual([]);
    expect(server.asked.filter(isOrder)).toHaveLength(1);
    expect(await failureOf(collect('../account', call))).toMatchObject({
      charge: 'unsettled',
      collectable: false,
    });
  });

  const collect = (job: string, call: EnhanceCall) => {
    if (replicateEdits.collect === undefined) throw new Error('it cannot collect');
    return replicateEdits.collect(job, request.model, call);
  };
});
