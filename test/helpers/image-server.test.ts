import OpenAI, { toFile } from 'openai';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeClock } from './clock.ts';
import { goDuration } from './image-server/errors.ts';
import { Limiter } from './image-server/limiter.ts';
import { usageOf } from './image-server/models.ts';
import {
  type Fault,
  type ImageServer,
  type ImageServerOptions,
  startImageServer,
  testKey,
} from './image-server.ts';

const started: ImageServer[] = [];
const start = async (options: Partial<ImageServerOptions> = {}) => {
  const server = await startImageServer({ clock: fakeClock(), ...options });
  started.push(server);
  return server;
};

afterEach(() => Promise.all(started.splice(0).map((server) => server.close())));

const model = 'gpt-image-2.5-flare';
const picture = (shade = 100, width = 64, height = 48) =>
  sharp({ create: { width, height, channels: 3, background: { r: shade, g: 90, b: 80 } } })
    .png()
    .toBuffer();

function client(server: ImageServer, key = testKey, timeout = 20_000): OpenAI {
  return new OpenAI({ apiKey: key, baseURL: server.baseUrl, maxRetries: 0, timeout });
}

async function edit(
  server: ImageServer,
  fields: Record<string, string> = {},
  bytes?: Buffer,
  key?: string,
  timeoutMs?: number,
) {
  const image = await toFile(bytes ?? (await picture()), 'a.png', { type: 'image/png' });
  const params = { image, model, prompt: 'clearer', size: '1024x768', ...fields } as unknown;
  return client(server, key, timeoutMs).images.edit(params as OpenAI.ImageEditParamsNonStreaming);
}

const failure = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error as InstanceType<typeof OpenAI.APIError>;
  throw new Error('the call did not fail');
};

describe('limiter', () => {
  const images = { name: 'images', perMinute: 60, burst: 3 };

  it('lets through the burst, then exactly what was refilled', () => {
    const clock = fakeClock();
    const limiter = new Limiter(() => clock.monotonicMs());
    const grants = (tries: number) =>
      Array.from({ length: tries }, () => limiter.take('a', [images]).granted).filter(Boolean).length;
    expect(grants(5)).toBe(3);
    clock.advance(999);
    expect(limiter.take('a', [images]).buckets[0]?.waitMs).toBeCloseTo(1);
    clock.advance(1);
    expect(grants(5)).toBe(1);
    clock.advance(60_000);
    expect(grants(9)).toBe(3);
    expect(limiter.take('b', [images]).granted).toBe(true);
  });

  it('takes of no bucket where one is short, and the cost of a refusal from all', () => {
    const limiter = new Limiter(() => 0);
    const requests = { name: 'requests', perMinute: 60, burst: 1 };
    limiter.take('a', [images, requests]);
    const refused = limiter.take('a', [images, requests], 1, 0.5);
    expect(refused.granted).toBe(false);
    expect(refused.buckets.map(({ remaining }) => remaining)).toEqual([1, 0]);
    expect(refused.buckets.map(({ resetMs }) => resetMs)).toEqual([1500, 1000]);
  });
});

describe('image server', () => {
  it('answers the picture at the size asked for, unchanged where nothing is asked, and writes down what it billed', async () => {
    const server = await start();
    const small = await edit(server);
    const made = sharp(Buffer.from(small.data?.[0]?.b64_json ?? '', 'base64'));
    expect(await made.metadata()).toMatchObject({ width: 1024, height: 768, format: 'png' });
    expect((await made.stats()).channels[0]?.mean).toBeCloseTo(100, 0);
    const whole = await picture(7, 1024, 768);
    const same = await edit(server, {}, whole);
    expect(Buffer.from(same.data?.[0]?.b64_json ?? '', 'base64').equals(whole)).toBe(true);
    expect(small.usage).toMatchObject({ output_tokens: 1204, input_tokens_details: { image_tokens: 4 } });
    const { journal } = server;
    expect(journal.billed().map(({ status, edit }) => [status, edit?.prompt])).toEqual([
      [200, 'clearer'],
      [200, 'clearer'],
    ]);
    expect(journal.boughtTwice()).toHaveLength(0);
    await edit(server, {}, whole);
    expect(journal.boughtTwice().map(({ index }) => index)).toEqual([2]);
  });

  it('counts tokens by the published table', () => {
    const square = { model, prompt: '', width: 1024, height: 1024, images: [] };
    const tokens = (quality: string) => usageOf({ ...square, quality }).output_tokens;
    expect(['low', 'medium', 'high', 'xhigh', 'max'].map(tokens)).toEqual([196, 439, 1756, 3122, 7024]);
  });

  it('knows its keys, and lists its models to them alone', async () => {
    const server = await start({ keys: { one: 'org-a', two: 'org-b' } });
    const error = await failure(edit(server, {}, undefined, 'three'));
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(await failure(client(server, 'three').models.list())).toMatchObject({ status: 401 });
    expect(await client(server, 'one').models.retrieve('gpt-image-1.5')).toMatchObject({
      shutdown_date: '2026-12-01',
    });
    expect((await client(server, 'two').models.list()).data.length).toBeGreaterThan(5);
    expect(await failure(client(server, 'two').models.retrieve('dall-e-3'))).toMatchObject({ status: 404 });
  });

  it.each([
    [{ model: 'dall-e-2' }, 'model_not_found'],
    [{ size: '1000x1000' }, 'invalid_value'],
    [{ size: '4096x1024' }, 'invalid_value'],
    [{ size: '512x512' }, 'invalid_value'],
    [{ quality: 'ultra' }, 'invalid_value'],
    [{ output_format: 'tiff' }, 'invalid_value'],
    [{ prompt: '' }, 'missing_required_parameter'],
    [{ input_fidelity: 'high' }, 'unknown_parameter'],
    [{ model: 'gpt-image-2', quality: 'max' }, 'invalid_value'],
    [{ model: 'gpt-image-1.5', size: '1040x1040' }, 'invalid_value'],
  ])('refuses %o with %s, free of charge', async (fields, code) => {
    const server = await start();
    expect(await failure(edit(server, fields))).toMatchObject({ status: 400, code });
    expect(server.journal.billed()).toHaveLength(0);
  });

  it('refuses files that are not what they say, and masks that do not fit', async () => {
    const server = await start();
    const jpeg = await sharp(await picture())
      .jpeg()
      .toBuffer();
    expect(await failure(edit(server, {}, jpeg))).toMatchObject({ status: 400, code: 'invalid_image' });
    const { images } = client(server);
    const mask = await toFile(await picture(), 'm.png', { type: 'image/png' });
    const whole = { image: mask, model, prompt: 'x' } as const;
    expect(await failure(images.edit({ ...whole, mask }))).toMatchObject({ param: 'mask' });
    const untyped = await toFile(await picture(), 'a.png', { type: 'application/octet-stream' });
    const error = await failure(images.edit({ ...whole, image: untyped }));
    expect(error).toMatchObject({ code: 'unsupported_file_mimetype' });
  });

  it('says how long to wait, means it, and limits each organisation and model by itself', async () => {
    const clock = fakeClock();
    const server = await start({
      clock,
      imagesPerMinute: 60,
      burst: 1,
      keys: { one: 'org-a', two: 'org-b' },
    });
    const ask = (key: string, fields = {}) => edit(server, fields, undefined, key);
    await ask('one');
    clock.advance(400);
    const error = await failure(ask('one'));
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'input-images' });
    expect(error.message).toContain(
      'on input-images per min: Limit 60, Used 60, Requested 1. Please try again in 600ms.',
    );
    expect(Object.fromEntries(error.headers ?? [])).toMatchObject({
      ...{ 'retry-after': '1', 'retry-after-ms': '600', 'x-ratelimit-limit-input-images': '60' },
      ...{ 'x-ratelimit-remaining-input-images': '0', 'x-ratelimit-reset-input-images': '600ms' },
    });
    await ask('two');
    await ask('one', { model: 'gpt-image-2' });
    clock.advance(599);
    expect(await failure(ask('one'))).toMatchObject({ status: 429 });
    clock.advance(1);
    await ask('one');
    server.set({ headers: 'none' });
    const bare = await failure(ask('one'));
    expect(bare.status).toBe(429);
    expect([...(bare.headers?.keys() ?? [])].filter((name) => /limit|retry/.test(name))).toEqual([]);
    expect(bare.message).not.toMatch(/\d+m?s/);
  });

  it('answers before it has read the upload, and closes', async () => {
    const server = await start({ imagesPerMinute: 60, burst: 1, refuse: 'during-upload' });
    await edit(server);
    const big = await sharp(Buffer.alloc(3 * 2048 * 2048), {
      raw: { width: 2048, height: 2048, channels: 3 },
    })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const error = await failure(edit(server, {}, big));
    expect([undefined, 429]).toContain(error.status);
    expect(server.journal.edits()[1]).toMatchObject({ status: 429, billed: false });
    expect(server.journal.edits()[1]?.edit).toBeUndefined();
  });
});

describe('faults', () => {
  const outcome = async (fault: Fault) => {
    const server = await start({ faults: { script: ['none', fault] } });
    await edit(server);
    const second = await picture(200);
    const patienceMs = fault === 'hang' || fault === 'stalled-body' ? 300 : undefined;
    const answer = await edit(server, {}, second, undefined, patienceMs).catch((error: Error) => error);
    return { answer, entry: server.journal.entries[1] };
  };

  it.each([
    ['error500', 500, false],
    ['overloaded', 503, false],
    ['moderation', 400, false],
    ['quota', 429, false],
    ['unauthorized', 401, false],
    ['gateway', 502, true],
  ] as const)('%s is a %i', async (fault, status, billed) => {
    const { answer, entry } = await outcome(fault);
    expect(answer).toMatchObject({ status });
    expect(entry).toMatchObject({ fault, status, billed });
  });

  it.each([
    'drop',
    'hang',
    'short-body',
    'stalled-body',
    'malformed',
  ] as const)('%s is billed and never whole', async (fault) => {
    const { answer, entry } = await outcome(fault);
    expect(answer).toBeInstanceOf(Error);
    expect(entry).toMatchObject({ fault, billed: true });
  });

  it.each([
    ['html', (answer: unknown) => typeof answer === 'string'],
    ['empty', (answer: OpenAI.ImagesResponse) => answer.data?.length === 0],
    ['no-usage', (answer: OpenAI.ImagesResponse) => answer.usage === undefined],
    ['truncated-base64', (answer: OpenAI.ImagesResponse) => base64Of(answer).length % 4 === 1],
    ['garbage-base64', (answer: OpenAI.ImagesResponse) => /[^A-Za-z0-9+/=]/.test(base64Of(answer))],
  ] as const)('%s is a billed 200 that is of no use', async (fault, holds) => {
    const { answer, entry } = await outcome(fault);
    expect((holds as (answer: unknown) => boolean)(answer)).toBe(true);
    expect(entry).toMatchObject({ fault, status: 200, billed: true });
  });

  it.each([
    ['blank', async (bytes: Buffer) => (await sharp(bytes).stats()).entropy === 0],
    ['wrong-size', async (bytes: Buffer) => (await sharp(bytes).metadata()).width === 512],
    ['bomb', async (bytes: Buffer) => (await sharp(bytes).metadata()).width >= 16_000],
    ['slow-body', async (bytes: Buffer) => (await sharp(bytes).metadata()).width === 1024],
  ] as const)('%s is a picture, of its kind', async (fault, holds) => {
    const { answer } = await outcome(fault);
    expect(await holds(Buffer.from(base64Of(answer as OpenAI.ImagesResponse), 'base64'))).toBe(true);
  });

  it('draws the same shares from the same seed', async () => {
    const run = async (seed: number) => {
      const server = await start({
        seed,
        answer: 'fixed',
        faults: { share: { error500: 0.3, overloaded: 0.2 } },
      });
      for (let shade = 0; shade < 40; shade += 1)
        await edit(server, {}, await picture(shade)).catch(() => {});
      return server.journal.entries.map(({ status }) => status);
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
    const failed = first.filter((status) => status !== 200).length;
    expect(failed).toBeGreaterThan(10);
    expect(failed).toBeLessThan(30);
  });
});

it.each([
  [1, '1ms'],
  [533.2, '534ms'],
  [58_891, '58.891s'],
  [360_000, '6m0s'],
])('writes %d ms as %s', (ms, text) => expect(goDuration(ms)).toBe(text));

function base64Of(answer: OpenAI.ImagesResponse): string {
  return answer.data?.[0]?.b64_json ?? '';
}
