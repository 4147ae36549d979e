import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { parseBaseUrl } from '../../src/providers/base-url.ts';
import { getJson, ProviderError } from '../../src/providers/http.ts';
import { redactor } from '../../src/redact.ts';
import { Secret } from '../../src/secret.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handler as never).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failureOf(baseUrl: string, parts = {}): Promise<ProviderError> {
  const call = { secret: new Secret('plain'), baseUrl, fetch, ...parts };
  const error = await getJson('openai', '/models', call).catch((reason: unknown) => reason);
  if (!(error instanceof ProviderError)) throw new Error(`not a ProviderError: ${error}`);
  return error;
}

describe('an error of a provider', () => {
  it('carries facts as fields, a short redacted message, and nothing else', async () => {
    const secret = new Secret('CANARY9f8e7d6c5b4a39281706f5e4d3c2b1a0');
    redactor.learn(secret);
    const echo = `${secret.reveal()} ${Buffer.from(secret.reveal()).toString('base64')}`;
    const baseUrl = await serve((_request, response) => {
      response.writeHead(401, { 'x-request-id': 'req_1' });
      const error = { message: `${echo}\u001b[31m ${'long '.repeat(200)}`, code: secret.reveal() };
      response.end(JSON.stringify({ error }));
    });
    const error = await failureOf(baseUrl, { secret });
    expect(error).toMatchObject({ provider: 'openai', failure: 'answer', status: 401, requestId: 'req_1' });
    expect(error.message.length).toBeLessThanOrEqual(300);
    expect(error.message).not.toContain('\u001b');
    expect(error.cause).toBeUndefined();
    for (const text of [
      inspect(error, { depth: 9, showHidden: true }),
      JSON.stringify(error),
      `${error.stack}`,
    ]) {
      expect(text).not.toContain('CANARY9f8e');
      expect(text).not.toContain(Buffer.from(secret.reveal()).toString('base64').slice(4, 30));
    }
  });

  it('names what the network did', async () => {
    const gone = await serve(() => {});
    servers.pop()?.close();
    expect(await failureOf(gone)).toMatchObject({
      failure: 'network',
      status: undefined,
      code: 'ECONNREFUSED',
    });
    const nowhere = await failureOf('https://nowhere.invalid');
    expect(nowhere.code).toMatch(/^(?:ENOTFOUND|EAI_AGAIN)$/);
    expect(nowhere.message).toContain('nowhere.invalid cannot be found');
  });

  it('ends a body that never ends', async () => {
    const baseUrl = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":[');
    });
    expect(await failureOf(baseUrl, { timeoutMs: 200 })).toMatchObject({
      failure: 'network',
      code: 'TIMEOUT',
    });
  });

  it('takes 8 MiB and no more', async () => {
    const baseUrl = await serve((_request, response) => {
      response.writeHead(200);
      const block = Buffer.alloc(2 ** 20, 0x20);
      const send = () => {
        while (!response.destroyed && response.write(block));
        if (!response.destroyed) response.once('drain', send);
      };
      send();
    });
    expect(await failureOf(baseUrl)).toMatchObject({
      failure: 'protocol',
      message: 'answered with more than 8 MiB',
    });
  });

  it('does not follow a redirect with the key', async () => {
    let arrived = 0;
    const elsewhere = await serve((_request, response) => {
      arrived += 1;
      response.end('{}');
    });
    const baseUrl = await serve((_request, response) => {
      response.writeHead(307, { location: `${elsewhere}/models` }).end();
    });
    expect(await failureOf(baseUrl)).toMatchObject({ failure: 'network', code: 'REDIRECT' });
    expect(arrived).toBe(0);
  });

  it('asks without a key when there is none', async () => {
    let headers: NodeJS.Dict<string | string[]> = {};
    const baseUrl = await serve((request, response) => {
      headers = request.headers;
      response.end('{"ok":true}');
    });
    expect(await getJson('x', '/models', { baseUrl, fetch })).toEqual({ ok: true });
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('openai-organization');
  });
});

describe('the address of a service', () => {
  it.each([
    ['https://api.example.com/v1', 'https://api.example.com/v1'],
    ['https://api.example.com/v1///', 'https://api.example.com/v1'],
    [' https://API.example.com:443 ', 'https://api.example.com'],
    ['http://127.0.0.1:1234/v1', 'http://127.0.0.1:1234/v1'],
    ['http://localhost:8000', 'http://localhost:8000'],
    ['http://[::1]:8000/v1/', 'http://[::1]:8000/v1'],
  ])('is %s', (text, expected) => {
    expect(parseBaseUrl(text, '--base-url')).toBe(expected);
  });

  it.each([
    'api.example.com',
    '',
    'ftp://example.com',
    'file:///etc/passwd',
    'http://example.com/v1',
    'http://192.168.1.4:1234',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://0.0.0.0:1234',
    'https://user:CANARY@example.com',
    'https://example.com/v1?key=CANARY',
    'https://example.com/v1#CANARY',
  ])('is not %s', (text) => {
    const refuse = () => parseBaseUrl(text, '--base-url');
    expect(refuse).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(refuse).not.toThrow(/CANARY/);
  });
});
