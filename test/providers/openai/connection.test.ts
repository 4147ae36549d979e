// Connections that fail at every point: whether the whole request had left decides whether it may cost money.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { CallError } from '../../../src/providers/enhance.ts';
import { ProxyFailure } from '../../../src/providers/http.ts';
import { openaiEdits } from '../../../src/providers/openai/openai-edits.ts';
import { heldDeadlines } from '../../helpers/deadlines.ts';
import { callTo, failureOf, goodBody, largeRequest, request, serveRaw, whenSent, wire } from '../edits.ts';

const good = JSON.stringify(goodBody);

async function fail(handle: (socket: Socket) => void, what = request, parts = {}): Promise<CallError> {
  return failureOf(openaiEdits.enhance(what, callTo(await serveRaw(handle), parts)));
}

// An address where nobody listens any more.
async function gone(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/v1`;
}

describe('a connection that', () => {
  it('is refused costs nothing', async () => {
    const error = await failureOf(openaiEdits.enhance(request, callTo(await gone())));
    expect(error).toMatchObject({
      kind: 'network',
      charge: 'none',
      code: 'ECONNREFUSED',
      uploadBroken: false,
    });
    expect(error.hint).toContain('HTTPS_PROXY');
  });

  it('may not be made by a browser’s rules costs nothing', async () => {
    const error = await failureOf(openaiEdits.enhance(request, callTo('http://127.0.0.1:9/v1')));
    expect(error).toMatchObject({ kind: 'network', charge: 'none' });
  });

  it.each([
    'ENOTFOUND',
    'EAI_AGAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_PROXY_TUNNEL',
  ])('never stood costs nothing (%s)', async (code) => {
    const cause = Object.assign(new Error('x'), { code });
    const broken = async () => {
      throw new TypeError('fetch failed', { cause });
    };
    const proxied = async () => {
      throw new ProxyFailure('proxy:1', cause);
    };
    for (const fetch of [broken, proxied]) {
      const error = await failureOf(openaiEdits.enhance(request, callTo('https://api.test/v1', { fetch })));
      expect(error).toMatchObject({ kind: 'network', charge: 'none', code });
    }
  });

  it('broke where nothing is known of the upload may have cost', async () => {
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) });
    };
    const error = await failureOf(openaiEdits.enhance(request, callTo('https://api.test/v1', { fetch })));
    expect(error).toMatchObject({ kind: 'network', charge: 'unsettled', code: 'ECONNRESET' });
  });

  it('is closed at once costs nothing', async () => {
    const error = await fail((socket) => socket.destroy(), largeRequest);
    expect(error).toMatchObject({ kind: 'network', charge: 'none' });
  });

  it.each(['reset', 'closed'])('is %s while the picture is sent costs nothing, and says so', async (how) => {
    const breaking = (socket: Socket) => (how === 'reset' ? socket.resetAndDestroy() : socket.destroy());
    const error = await fail(whenSent(64_000, breaking), largeRequest);
    expect(error).toMatchObject({ kind: 'network', charge: 'none', uploadBroken: true });
    expect(error.message).toContain('while the picture was sent');
  });

  it.each(['reset', 'closed'])('is %s after all was sent may have cost', async (how) => {
    const breaking = (socket: Socket) => (how === 'reset' ? socket.resetAndDestroy() : socket.destroy());
    const error = await fail(whenSent('all', breaking));
    expect(error).toMatchObject({ kind: 'network', charge: 'unsettled', uploadBroken: false });
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('breaks within the answer may have cost', async () => {
    const head = wire(200, good, { 'x-request-id': 'req_5', 'x-ratelimit-remaining-images': '3' });
    const error = await fail(whenSent('all', (socket) => socket.end(head.subarray(0, head.length - 20))));
    expect(error).toMatchObject({ kind: 'network', charge: 'unsettled', requestId: 'req_5' });
    expect(error.headers).toMatchObject({ 'x-ratelimit-remaining-images': '3' });
  });

  it('breaks within a refusal costs nothing: its head says enough', async () => {
    const head = wire(429, JSON.stringify({ error: { message: 'slow' } }), { 'retry-after': '7' });
    const error = await fail(whenSent('all', (socket) => socket.end(head.subarray(0, head.length - 5))));
    expect(error).toMatchObject({
      kind: 'rate',
      charge: 'none',
      status: 429,
      headers: { 'retry-after': '7' },
    });
  });

  it('hangs after all was sent may have cost', async () => {
    const { come } = heldDeadlines();
    const error = await fail(whenSent('all', come));
    expect(error).toMatchObject({ kind: 'network', charge: 'unsettled', code: 'TIMEOUT' });
  });

  it('hangs within the answer may have cost', async () => {
    const head = wire(200, good);
    const { come } = heldDeadlines();
    // The head of the answer is understood before the call is late.
    const fetchHead: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      come();
      return response;
    };
    const halfway = whenSent('all', (socket) => socket.write(head.subarray(0, -20)));
    const error = await fail(halfway, request, { fetch: fetchHead });
    expect(error).toMatchObject({ kind: 'network', charge: 'unsettled', code: 'TIMEOUT' });
  });

  it('hangs while the picture is sent costs nothing', async () => {
    const { come } = heldDeadlines();
    const stalling = whenSent(64_000, (socket) => {
      socket.pause();
      come();
    });
    const error = await fail(stalling, largeRequest);
    expect(error).toMatchObject({ kind: 'network', charge: 'none', code: 'TIMEOUT', uploadBroken: true });
  });

  it('is stopped by us is unsettled once all was sent, and free before', async () => {
    const sent = new AbortController();
    const late = await fail(
      whenSent('all', () => sent.abort()),
      request,
      { signal: sent.signal },
    );
    expect(late).toMatchObject({ kind: 'cancelled', charge: 'unsettled' });
    const sending = new AbortController();
    const early = await fail(
      whenSent(64_000, (socket) => sending.abort(socket.pause())),
      largeRequest,
      {
        signal: sending.signal,
      },
    );
    expect(early).toMatchObject({ kind: 'cancelled', charge: 'none' });
  });

  it('gives its answer before all was sent is understood', async () => {
    const answer = wire(429, JSON.stringify({ error: { message: 'slow', code: 'slow_down' } }), {
      ...{ 'retry-after': '7', connection: 'close' },
    });
    const error = await fail(
      whenSent(64_000, (socket) => socket.end(answer)),
      largeRequest,
    );
    expect(error).toMatchObject({ kind: 'rate', charge: 'none', headers: { 'retry-after': '7' } });
  });
});
