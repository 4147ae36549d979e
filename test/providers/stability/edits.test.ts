import { describe, expect, it } from 'vitest';
import { readLimits } from '../../../src/pool/read-limits.ts';
import type { EnhanceRequest } from '../../../src/providers/enhance.ts';
import { stabilityEdits } from '../../../src/providers/stability/stability-edits.ts';
import { serveRaw, whenSent } from '../edits.ts';
import { formOf } from '../form.ts';
import { callTo, failureOf, inTurn, key, type Reply, serve, shown } from '../service/server.ts';
import { asking, blurred, delivered, mask, picture, problem } from './requests.ts';

const root = '/v2beta/stable-image';
const sent = { image: 'image/jpeg image.jpeg photo', output_format: 'png' };
const masked = { ...sent, mask: 'image/png mask.png mask' };

const requests: readonly (readonly [path: string, request: EnhanceRequest, fields: object])[] = [
  ['upscale/fast', asking('upscale-fast', { operation: 'upscale', scale: 4 }), sent],
  [
    'upscale/conservative',
    asking(
      'upscale-conservative',
      { operation: 'upscale', scale: 2, seed: 7, negative: 'grain' },
      { prompt: 'a clear photograph', options: { creativity: '0.2' } },
    ),
    { ...sent, prompt: 'a clear photograph', seed: '7', negative_prompt: 'grain', creativity: '0.2' },
  ],
  [
    'edit/erase',
    asking('erase', { operation: 'retouch', seed: 7 }, { mask, options: { grow_mask: '9' } }),
    { ...masked, seed: '7', grow_mask: '9' },
  ],
  [
    'edit/inpaint',
    asking(
      'inpaint',
      { operation: 'fill', style: 'photographic', negative: 'people' },
      { mask, prompt: 'grass' },
    ),
    { ...masked, prompt: 'grass', style_preset: 'photographic', negative_prompt: 'people' },
  ],
  [
    'edit/outpaint',
    asking(
      'outpaint',
      { operation: 'expand', edges: { left: 0, right: 200, top: 2000, bottom: 1 } },
      { prompt: 'the same scene' },
    ),
    { ...sent, left: '0', right: '200', up: '2000', down: '1', prompt: 'the same scene' },
  ],
  ['edit/remove-background', asking('remove-background', { operation: 'remove-background' }), sent],
];

describe('stability', () => {
  it.each(requests)('%s is asked for by a form, once', async (path, request, fields) => {
    const { origin, asked } = await serve(inTurn(delivered));
    const { call, steps } = callTo(origin);
    const result = await stabilityEdits.enhance(request, call);
    expect(result.bytes.equals(picture)).toBe(true);
    expect(result.requestId).toBe('s-1');
    expect(result.headers.seed).toBe('343940597');
    expect(steps).toEqual(['sent']);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([`POST ${root}/${path}`]);
    expect(asked[0]?.headers).toMatchObject({ authorization: `Bearer ${key}`, accept: 'image/*' });
    if (asked[0] === undefined) throw new Error('nothing was asked');
    expect(await formOf(asked[0])).toEqual(fields);
  });

  it('names what is to go, and describes what is to be there', async () => {
    const { origin, asked } = await serve(inTurn(delivered));
    const wish = { operation: 'retouch', thing: 'the red car', negative: 'people' } as const;
    await stabilityEdits.enhance(asking('search-and-replace', wish), callTo(origin).call);
    if (asked[0] === undefined) throw new Error('nothing was asked');
    const { prompt, ...others } = await formOf(asked[0]);
    expect(others).toEqual({
      ...{ ...sent, search_prompt: 'the red car', negative_prompt: 'the red car, people' },
    });
    expect(prompt).toContain('surroundings');
    expect(prompt).not.toContain('car');
  });

  it('sends a seed that is one, since 0 means any', async () => {
    const { origin, asked } = await serve(inTurn(delivered));
    const wish = { operation: 'retouch', seed: 0 } as const;
    await stabilityEdits.enhance(asking('erase', wish, { mask }), callTo(origin).call);
    if (asked[0] === undefined) throw new Error('nothing was asked');
    expect((await formOf(asked[0])).seed).toBe('4294967294');
  });

  it('sends nothing where an edge is too long', async () => {
    const { origin, asked } = await serve(inTurn(delivered));
    const { call, steps } = callTo(origin);
    const wish = { operation: 'expand', edges: { left: 0, right: 0, top: 0, bottom: 2001 } } as const;
    const failure = await failureOf(stabilityEdits.enhance(asking('outpaint', wish), call));
    expect(failure).toMatchObject({ kind: 'refused', charge: 'none' });
    expect(failure.hint).toContain('2000');
    expect([asked.length, steps]).toEqual([0, []]);
  });

  const request = asking('erase', { operation: 'retouch' }, { mask });
  async function fail(reply: Reply) {
    const { origin, asked } = await serve(inTurn(reply));
    const failure = await failureOf(stabilityEdits.enhance(request, callTo(origin).call));
    expect(asked).toHaveLength(1);
    expect(shown(failure)).not.toContain(key);
    return failure;
  }

  const tooOften =
    'You have exceeded the rate limit of 150 requests within a 10 second period, and have been timed out for 60 seconds.';
  it.each<readonly [Reply, string]>([
    [problem(400, 'bad_request', 'some-field: is required', key), 'invalid'],
    [problem(400, 'bad_request', 'image: every side must be at least 64 pixels'), 'refused'],
    [problem(401, 'unauthorized', `authorization: invalid or missing header value ${key}`), 'auth'],
    [problem(402, 'payment_required', 'You lack sufficient credits to make this request.'), 'quota'],
    [
      problem(403, 'content_moderation', 'Your request was flagged by our content moderation system'),
      'refused',
    ],
    [problem(403, 'permission_denied', 'no'), 'permission'],
    [problem(404, 'not_found', 'no'), 'invalid'],
    [problem(413, 'payload_too_large', 'body: payloads cannot be larger than 10MiB in size'), 'refused'],
    [problem(422, 'invalid_language', 'English is the only supported language for this service.'), 'invalid'],
    [problem(422, 'public_figure', 'Our system detected the likeness of a public figure'), 'refused'],
    [problem(429, 'rate_limit_exceeded', tooOften), 'rate'],
    [problem(500, 'internal_error', 'An unexpected server error has occurred'), 'busy'],
    [{ ...problem(503, ''), body: { id: '1', name: 'unavailable', message: 'later' } }, 'busy'],
  ])('%j is %s, and free', async (reply, kind) => {
    const failure = await fail(reply);
    expect(failure).toMatchObject({ kind, charge: 'none', status: reply.status });
    expect(failure.headers['x-kept']).toBe('yes');
  });

  it('tells the pool to wait for a minute', async () => {
    const { headers, message } = await fail(problem(429, 'rate_limit_exceeded', tooOften));
    expect(readLimits(headers, message, 0).waitMs).toBe(60_000);
  });

  it.each([502, 504, 500])('a gateway’s %i may have cost', async (status) => {
    expect(await fail({ status, body: '<html>' })).toMatchObject({ kind: 'busy', charge: 'unsettled' });
  });

  it('a picture that was blurred is paid for, and kept', async () => {
    const failure = await fail(blurred);
    expect(failure).toMatchObject({ kind: 'refused', charge: 'paid', code: 'CONTENT_FILTERED' });
    expect(failure.evidence?.equals(picture)).toBe(true);
    expect(failure.headers['finish-reason']).toBe('CONTENT_FILTERED');
  });

  it.each<readonly [string, Reply]>([
    ['nothing', { headers: { 'content-type': 'image/png' }, body: '' }],
    ['JSON', { body: { id: '1', name: 'odd', errors: ['no picture'] } }],
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<html>' }],
  ])('a 200 that holds %s is paid for, and kept', async (_what, reply) => {
    const failure = await fail(reply);
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'paid' });
    expect(failure.evidence).toBeDefined();
  });

  it('without an answer in time, stopped, or cut off may have cost', async () => {
    const silent = await serveRaw(() => {});
    const late = stabilityEdits.enhance(request, callTo(silent, { timeoutMs: 300 }).call);
    expect(await failureOf(late)).toMatchObject({ kind: 'network', charge: 'unsettled', code: 'TIMEOUT' });
    const stop = new AbortController();
    const url = await serveRaw(whenSent('all', () => stop.abort()));
    const stopped = stabilityEdits.enhance(request, callTo(url, { signal: stop.signal }).call);
    expect(await failureOf(stopped)).toMatchObject({ kind: 'cancelled', charge: 'unsettled' });
    const half = 'HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 99\r\n\r\nhalf';
    const cut = await serveRaw(whenSent('all', (socket) => socket.end(half)));
    const broken = stabilityEdits.enhance(request, callTo(cut).call);
    expect(await failureOf(broken)).toMatchObject({ kind: 'network', charge: 'unsettled' });
  });
});
