import { describe, expect, it } from 'vitest';
import { formBody, jsonBody } from '../../../src/providers/service/body.ts';
import type { ServiceFacts } from '../../../src/providers/service/facts.ts';
import { order } from '../../../src/providers/service/order.ts';
import { heldDeadlines } from '../../helpers/deadlines.ts';
import { serveRaw, whenSent } from '../edits.ts';
import { callTo, failureOf, inTurn, key, serve, serviceOf, shown } from './server.ts';

const image = { bytes: Buffer.alloc(150_001, 'picture'), type: 'image/png', width: 10, height: 10 } as const;

describe('an order', () => {
  it('is one request with the key as the service wants it, after it was noted', async () => {
    const { origin, asked } = await serve(
      inTurn({ body: { ok: 1 }, headers: { 'x-fal-request-id': 'f-1' } }),
    );
    const { call, steps } = callTo(`${origin}/v1`);
    const { answer, requestId } = await order(
      serviceOf(`${origin}/v1`),
      { to: '/make', body: await jsonBody({ a: 1 }) },
      { ...call, organisation: 'org' },
    );
    expect([answer.status, requestId, answer.body.toString()]).toEqual([200, 'f-1', '{"ok":1}']);
    expect(steps).toEqual(['sent']);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ method: 'POST', url: '/v1/make' });
    expect(asked[0]?.headers).toMatchObject({
      ...{ authorization: `Key ${key}`, accept: 'application/json', 'content-type': 'application/json' },
      ...{ 'user-agent': 'imgsys', 'content-length': '7' },
    });
  });

  it('sends forms with files that are called after their fields', async () => {
    const { origin, asked } = await serve(inTurn({}));
    const body = formBody({ image, prompt: 'brighter', mask: undefined });
    const headers = { accept: 'image/*' };
    await order(serviceOf(origin), { to: '/edit', body, headers }, callTo(origin).call);
    expect(asked[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(asked[0]?.headers.accept).toBe('image/*');
    const sent = asked[0]?.body.toString('latin1') ?? '';
    expect(sent).toContain('name="image"; filename="image.png"\r\nContent-Type: image/png');
    expect(sent).toContain('name="prompt"\r\n\r\nbrighter');
    expect(sent).not.toContain('mask');
    expect(sent).toContain(image.bytes.toString('latin1'));
  });

  const error = { error: { message: `no, ${key}`, code: 'c' } };
  it.each([
    [400, error, 'invalid', 'none'],
    [401, error, 'auth', 'none'],
    [402, error, 'quota', 'none'],
    [403, error, 'permission', 'none'],
    [404, error, 'invalid', 'none'],
    [413, 'too much', 'refused', 'none'],
    [422, error, 'invalid', 'none'],
    [429, error, 'rate', 'none'],
    [500, error, 'busy', 'none'],
    [500, { id: 'x', name: 'n', errors: ['e'] }, 'busy', 'none'],
    [503, error, 'busy', 'none'],
    [500, '<html>', 'busy', 'unsettled'],
    [502, error, 'busy', 'unsettled'],
    [504, '', 'busy', 'unsettled'],
    [524, '', 'busy', 'unsettled'],
    [302, '', 'protocol', 'none'],
  ])('that is answered %s %j is %s, %s; headers are kept, the key is not shown', async (status, body, kind, charge) => {
    const headers = { 'retry-after': '7', 'x-request-id': 'r-1' };
    const { origin, asked } = await serve(inTurn({ status, body, headers }));
    const failure = await failureOf(
      order(serviceOf(origin), { to: '/x', body: await jsonBody({}) }, callTo(origin).call),
    );
    expect(failure).toMatchObject({ kind, charge, status, headers, requestId: 'r-1', provider: 'acme' });
    expect(shown(failure)).not.toContain(key);
    expect(asked).toHaveLength(1);
  });

  it('is judged by the rules of the service first, in its own shape of errors', async () => {
    const parts: Partial<ServiceFacts> = {
      rules: [
        { status: [422], says: /locked/, kind: 'quota', sentence: () => 'it is locked', charge: 'unsettled' },
      ],
      readProblem: (body) => ({ message: String((body as { errors: string[] }).errors[0]), code: 'own' }),
    };
    const { origin } = await serve(inTurn({ status: 422, body: { errors: ['user locked'] } }));
    const what = { to: '/x', body: await jsonBody({}) };
    const failure = await failureOf(order(serviceOf(origin, parts), what, callTo(origin).call));
    expect(failure).toMatchObject({ kind: 'quota', charge: 'unsettled', code: 'own' });
    expect(failure.message).toBe('it is locked: user locked');
  });

  it.each([418, 451, 422])('that is refused with %s leads to a next step', async (status) => {
    const { origin } = await serve(inTurn({ status, body: 'short and stout' }));
    const what = { to: '/x', body: await jsonBody({}) };
    const failure = await failureOf(order(serviceOf(origin), what, callTo(origin).call));
    expect(failure.hint).toContain('--model');
  });

  it('speaks of another address by its host, with no page of the service', async () => {
    const { origin } = await serve(inTurn({ status: 401, body: error }));
    const what = { to: '/x', body: await jsonBody({}) };
    const failure = await failureOf(order(serviceOf('https://api.acme.test'), what, callTo(origin).call));
    expect(failure.message).toContain(new URL(origin).host);
    expect(failure.hint).not.toContain('acme.test');
  });

  it('sends the key only to the service’s own addresses', async () => {
    const { origin, asked } = await serve(inTurn({}));
    const other = await serve(inTurn({}));
    const body = await jsonBody({});
    const { call, steps } = callTo(origin);
    for (const to of [`${other.origin}/x`, 'https://u:p@acme.test/', 'nonsense']) {
      const failure = await failureOf(order(serviceOf(origin), { to, body }, call));
      expect(failure).toMatchObject({ kind: 'protocol', charge: 'none' });
    }
    expect([steps, other.asked]).toEqual([[], []]);
    await order(serviceOf(origin, { origins: [other.origin] }), { to: `${other.origin}/x`, body }, call);
    await order(serviceOf(origin), { to: `${origin}/y`, body }, call);
    expect([other.asked.length, asked.length]).toEqual([1, 1]);
    const elsewhere = serviceOf('https://acme.test', { origins: [other.origin] });
    const refused = await failureOf(order(elsewhere, { to: `${other.origin}/x`, body }, call));
    expect(refused.kind).toBe('protocol');
  });

  it('that is not noted is not sent', async () => {
    const { origin, asked } = await serve(inTurn({}));
    const reason = new Error('no');
    const { call } = callTo(origin, { beforeSend: () => Promise.reject(reason) });
    const sent = order(serviceOf(origin), { to: '/x', body: await jsonBody({}) }, call);
    await expect(sent).rejects.toBe(reason);
    expect(asked).toEqual([]);
  });

  it('stopped before is free, stopped meanwhile may have cost', async () => {
    const stop = new AbortController();
    const url = await serveRaw(whenSent('all', () => stop.abort()));
    const what = { to: '/x', body: await jsonBody({}) };
    const meanwhile = await failureOf(order(serviceOf(url), what, callTo(url, { signal: stop.signal }).call));
    expect(meanwhile).toMatchObject({ kind: 'cancelled', charge: 'unsettled' });
    const before = await failureOf(order(serviceOf(url), what, callTo(url, { signal: stop.signal }).call));
    expect(before).toMatchObject({ kind: 'cancelled', charge: 'none' });
  });

  it('without an answer in time, or with one that breaks off, may have cost', async () => {
    const { come } = heldDeadlines();
    const silent = await serveRaw(whenSent('all', come));
    const what = { to: '/x', body: await jsonBody({}) };
    const late = await failureOf(order(serviceOf(silent), what, callTo(silent).call));
    expect(late).toMatchObject({ kind: 'network', charge: 'unsettled', code: 'TIMEOUT' });
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\nx-request-id: r-2\r\n\r\nhalf';
    const cut = await serveRaw(whenSent('all', (socket) => socket.end(head)));
    const broken = await failureOf(order(serviceOf(cut), what, callTo(cut).call));
    expect(broken).toMatchObject({ kind: 'network', charge: 'unsettled', requestId: 'r-2' });
  });

  it('answered with more than may be is paid for', async () => {
    const { origin } = await serve(inTurn({ body: Buffer.alloc(3 * 2 ** 20) }));
    const what = { to: '/x', body: await jsonBody({}), maxBytes: 2 ** 20 };
    const failure = await failureOf(order(serviceOf(origin), what, callTo(origin).call));
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'paid' });
    expect(failure.message).toContain('more than 1 MiB');
  });
});
