import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../src/providers/service/order.ts';
import { addressResult, binaryResult, encodedResult } from '../../../src/providers/service/pictures.ts';
import { verifyBy } from '../../../src/providers/service/verify.ts';
import { serveRaw } from '../edits.ts';
import { callTo, failureOf, inTurn, key, serve, serviceOf, shown } from './server.ts';

const bytes = Buffer.from('any bytes are a picture here');

function delivered(body: string | Buffer, type: string): Delivery {
  const headers = { 'content-type': type, 'x-credits': '3' };
  const answer = { status: 200, headers, body: Buffer.from(body), broken: undefined };
  return { answer, requestId: 'r-1' };
}

describe('what came back', () => {
  const service = serviceOf('https://api.acme.test');
  const usage = { inputTextTokens: 1, inputImageTokens: 2, outputTokens: 3 };

  it('is the picture itself, with what is known of its cost', () => {
    const result = binaryResult(service, delivered(bytes, 'image/png'), { costMicrousd: 30_000, usage });
    expect(result).toMatchObject({ costMicrousd: 30_000, usage, requestId: 'r-1' });
    expect(result.bytes.equals(bytes)).toBe(true);
    expect(result.headers['x-credits']).toBe('3');
  });

  it('is paid for and of no use where it is something else', async () => {
    const answer = delivered('{"error":{"message":"nothing made","code":"c"}}', 'application/json');
    const failure = await failureOf((async () => binaryResult(service, answer))());
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'paid', code: 'c', status: 200 });
    expect(failure.message).toContain('nothing made');
    expect(failure.evidence).toBe(answer.answer.body);
  });

  it('is base64 or a data URL', async () => {
    const text = bytes.toString('base64');
    for (const one of [text, `data:image/png;base64,${text}`]) {
      const result = await encodedResult(service, delivered('', 'application/json'), Buffer.from(one));
      expect(result.bytes.equals(bytes)).toBe(true);
    }
    const damaged = encodedResult(service, delivered('', 'application/json'), Buffer.from('a*b'));
    expect(await failureOf(damaged)).toMatchObject({ kind: 'protocol', charge: 'paid' });
  });

  it('is fetched from where it lies once that is kept, without the key', async () => {
    const { origin, asked } = await serve(inTurn({ body: bytes, headers: { 'content-type': 'image/png' } }));
    const { call, steps } = callTo(`${origin}/v1`);
    const result = await addressResult(
      service,
      delivered('where', 'application/json'),
      `${origin}/p.png`,
      call,
    );
    expect(result.bytes.equals(bytes)).toBe(true);
    expect(steps).toEqual(['answer where']);
    expect(JSON.stringify(asked[0]?.headers)).not.toContain(key);
  });

  it('is not fetched from a private network', async () => {
    const { call } = callTo('https://api.acme.test');
    const answer = delivered('where', 'application/json');
    const paid = await failureOf(addressResult(service, answer, 'https://10.0.0.1/p', call));
    expect(paid).toMatchObject({ kind: 'protocol', charge: 'paid' });
    const options = { isJobOut: true };
    const out = await failureOf(addressResult(service, answer, 'https://10.0.0.1/p', call, options));
    expect(out).toMatchObject({ kind: 'protocol', charge: 'paid', collectable: false });
    expect(out.evidence).toBe(answer.answer.body);
  });

  it.each([
    [404, 'paid', false],
    [410, 'paid', false],
    [403, 'unsettled', true],
    [503, 'unsettled', true],
  ])('at an address that answers %i is, of a job, %s and collectable: %s', async (status, charge, collectable) => {
    const { origin } = await serve(() => ({ status, body: 'no' }));
    const { call } = callTo(`${origin}/v1`);
    const options = { isJobOut: true };
    const answer = delivered('where', 'application/json');
    const out = await failureOf(addressResult(service, answer, `${origin}/p.png`, call, options));
    expect(out).toMatchObject({ charge, collectable });
    expect(out.evidence).toBe(charge === 'paid' ? answer.answer.body : undefined);
  });
});

describe('what a free question says about a key', () => {
  const error = (message: string) => ({ error: { message: `${message} ${key}` } });
  it.each([
    [{ body: { ok: true } }, 'valid'],
    [{ status: 400, body: error('what') }, 'unknown'],
    [{ status: 401, body: error('wrong') }, 'invalid'],
    [{ status: 401, body: error('it has expired') }, 'invalid'],
    [{ status: 402, body: error('empty') }, 'no-funds'],
    [{ status: 403, body: error('no') }, 'no-permission'],
    [{ status: 404, body: error('none') }, 'unknown'],
    [{ status: 429, body: error('slower') }, 'limited'],
    [{ status: 500, body: error('trouble') }, 'unknown'],
    [{ body: '<html>sign in' }, 'unknown'],
    [{ status: 302, headers: { location: '/' } }, 'unknown'],
  ])('%j is %s', async (reply, kind) => {
    const { origin } = await serve(inTurn(reply));
    const verdict = await verifyBy(serviceOf(origin), { path: '/account' }, callTo(origin).call);
    expect(verdict.kind).toBe(kind);
    expect(JSON.stringify(verdict)).not.toContain(key);
  });

  it('is read by what the service counts', async () => {
    const { origin } = await serve(inTurn({ body: { credits: 0 } }));
    const read = (body: unknown) =>
      (body as { credits?: number }).credits === 0
        ? ({ kind: 'no-funds', sentence: 'it is empty', nextStep: 'add money' } as const)
        : undefined;
    const facts = serviceOf(origin);
    expect(await verifyBy(facts, { path: '/b', read }, callTo(origin).call)).toMatchObject({
      kind: 'no-funds',
    });
    const other = await serve(inTurn({ body: { hello: 1 } }));
    const strange = await verifyBy(facts, { path: '/b', read }, callTo(other.origin).call);
    expect(strange.kind).toBe('unknown');
  });

  it('is nothing where the network fails', async () => {
    const url = await serveRaw((socket) => socket.destroy());
    const verdict = await verifyBy(serviceOf(url), { path: '/b' }, callTo(url).call);
    expect(verdict.kind).toBe('unknown');
    const failure = new Error(verdict.sentence);
    expect(shown(failure)).not.toContain(key);
  });
});
