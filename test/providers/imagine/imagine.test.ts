import { describe, expect, it } from 'vitest';
import { builtInPrices } from '../../../src/prices/built-in.ts';
import { createPriceTable } from '../../../src/prices/table.ts';
import type { CostQuestion, EnhanceRequest } from '../../../src/providers/enhance.ts';
import { imagine } from '../../../src/providers/imagine/imagine.ts';
import { imagineEdits } from '../../../src/providers/imagine/imagine-edits.ts';
import { serveRaw, whenSent } from '../edits.ts';
import { formOf } from '../form.ts';
import { callTo, failureOf, inTurn, key, type Reply, serve, shown } from '../service/server.ts';

const picture = Buffer.from('not decoded here, so any bytes are a picture');
const delivered: Reply = { headers: { 'content-type': 'image/png' }, body: picture };
const size = { width: 1200, height: 800 };
const image = { bytes: Buffer.from('photo'), type: 'image/jpeg', ...size } as const;
const mask = { bytes: Buffer.from('mask'), type: 'image/png', ...size } as const;
const request: EnhanceRequest = {
  ...{ model: 'enhance', prompt: '', wish: { operation: 'upscale', scale: 2 }, image, options: {} },
};
const sent = { image: 'image/jpeg image.jpeg photo' };

describe('imagine', () => {
  it.each<readonly [string, EnhanceRequest, object]>([
    ['/image/enhance', request, sent],
    [
      '/image/background/remover',
      { ...request, model: 'background-remover', wish: { operation: 'remove-background' } },
      sent,
    ],
    [
      '/image/edits/generative-fill',
      { ...request, model: 'generative-fill', wish: { operation: 'fill' }, mask, prompt: 'grass' },
      { ...sent, mask: 'image/png mask.png mask', prompt: 'grass' },
    ],
  ])('%s is asked for by a form, once', async (path, asking, fields) => {
    const { origin, asked } = await serve(inTurn(delivered));
    const { call, steps } = callTo(`${origin}/v2`);
    const result = await imagineEdits.enhance(asking, call);
    expect(result.bytes.equals(picture)).toBe(true);
    expect(steps).toEqual(['sent']);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([`POST /v2${path}`]);
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${key}`);
    if (asked[0] === undefined) throw new Error('nothing was asked');
    expect(await formOf(asked[0])).toEqual(fields);
  });

  async function fail(reply: Reply) {
    const { origin, asked } = await serve(
      inTurn({ ...reply, headers: { 'x-kept': 'yes', ...reply.headers } }),
    );
    const failure = await failureOf(imagineEdits.enhance(request, callTo(origin).call));
    expect(asked).toHaveLength(1);
    expect(shown(failure)).not.toContain(key);
    return failure;
  }

  it.each([
    [400, 'invalid'],
    [401, 'auth'],
    [402, 'quota'],
    [403, 'permission'],
    [404, 'invalid'],
    [413, 'refused'],
    [429, 'rate'],
    [500, 'busy'],
  ])('%i is %s, and free', async (status, kind) => {
    const failure = await fail({ status, body: { error: `no ${key}` } });
    expect(failure).toMatchObject({ kind, charge: 'none', status });
    expect(failure.headers['x-kept']).toBe('yes');
  });

  it('a gateway’s trouble may have cost', async () => {
    expect(await fail({ status: 502, body: '<html>' })).toMatchObject({ kind: 'busy', charge: 'unsettled' });
  });

  it.each<readonly [string, Reply]>([
    ['JSON', { body: { status: 'error', message: `something else ${key}` } }],
    ['nothing', { headers: { 'content-type': 'image/png' }, body: '' }],
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<html>' }],
  ])('a 200 that holds %s is paid for, and kept', async (_what, reply) => {
    const failure = await fail(reply);
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'paid' });
    expect(failure.evidence).toBeDefined();
  });

  it('without an answer in time, stopped, or cut off may have cost', async () => {
    const silent = await serveRaw(() => {});
    const late = imagineEdits.enhance(request, callTo(silent, { timeoutMs: 300 }).call);
    expect(await failureOf(late)).toMatchObject({ kind: 'network', charge: 'unsettled', code: 'TIMEOUT' });
    const stop = new AbortController();
    const url = await serveRaw(whenSent('all', () => stop.abort()));
    const stopped = imagineEdits.enhance(request, callTo(url, { signal: stop.signal }).call);
    expect(await failureOf(stopped)).toMatchObject({ kind: 'cancelled', charge: 'unsettled' });
    const half = 'HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 99\r\n\r\nhalf';
    const cut = await serveRaw(whenSent('all', (socket) => socket.end(half)));
    const broken = imagineEdits.enhance(request, callTo(cut).call);
    expect(await failureOf(broken)).toMatchObject({ kind: 'network', charge: 'unsettled' });
  });

  it('has no price but the user’s own', () => {
    const question: CostQuestion = {
      ...{ model: 'enhance', quality: undefined, prompt: '', upload: size, size: undefined, masked: false },
      wish: { operation: 'upscale', scale: 2 },
    };
    expect(imagineEdits.estimate(question, builtInPrices)).toBeUndefined();
    const row = { provider: 'imagine', model: '*', unit: 'picture', microusd: 30_000 } as const;
    const own = { ...row, asOf: '2026-11', source: 'invoice', status: 'stated' } as const;
    const file = { shown: 'prices.json', sha256: '00' };
    const stated = createPriceTable([], { file, rows: [own] });
    expect(imagineEdits.estimate(question, stated)?.mostMicrousd).toBe(30_000);
  });

  it('names its models, and near ones', () => {
    for (const [operation, id] of Object.entries(imagineEdits.modelFor)) {
      expect(imagineEdits.findModel(id, '2026-11-21').operations).toContain(operation);
    }
    expect(() => imagineEdits.findModel('enhanse', '2026-11-21')).toThrow('there is no model enhanse');
  });

  it('says that it cannot tell whether a key is good, and asks nobody', async () => {
    const { origin, asked } = await serve(inTurn({ body: {} }));
    const verdict = await imagine.verify(callTo(origin).call);
    expect([verdict.kind, imagine.canVerify]).toEqual(['unknown', false]);
    expect(verdict.sentence).toContain('no free way');
    expect(verdict.nextStep).toContain('imgsys enhance');
    expect(asked).toEqual([]);
  });
});
