// Against what others have made: a stand-in for OpenAI, a proxy, and the loader of modules.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LLMock } from '@copilotkit/aimock';
import { execa } from 'execa';
import { generateCACertificate, getLocal, type Mockttp } from 'mockttp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openaiEdits } from '../../../src/providers/openai/openai-edits.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { callTo, failureOf, picture, request } from '../edits.ts';
import { startAnywhere } from '../model-server.ts';

describe('aimock', () => {
  const mock = new LLMock({ port: 0 });
  beforeAll(async () => {
    mock.addFixture({
      match: { endpoint: 'image', userMessage: 'sharpen' },
      response: { image: { b64Json: picture.toString('base64') } },
    });
    mock.addFixture({
      match: { endpoint: 'image', userMessage: 'ratelimit' },
      response: {
        ...{ error: { message: 'slow', type: 'requests', code: 'rate_limit_exceeded' }, status: 429 },
        retryAfter: 3,
      },
    });
    await mock.start();
  });
  afterAll(() => mock.stop());

  it('makes a picture', async () => {
    const result = await openaiEdits.enhance({ ...request, prompt: 'sharpen' }, callTo(`${mock.url}/v1`));
    expect(result.bytes).toEqual(picture);
    expect(result.usage).toBeUndefined();
  });

  it('is asked once when it has too much to do, and its wait is heard', async () => {
    const before = mock.getRequests().length;
    const error = await failureOf(
      openaiEdits.enhance({ ...request, prompt: 'ratelimit' }, callTo(`${mock.url}/v1`)),
    );
    expect(error).toMatchObject({ kind: 'rate', charge: 'none', headers: { 'retry-after': '3' } });
    expect(mock.getRequests().length).toBe(before + 1);
  });
});

const script = fileURLToPath(new URL('./through-proxy.ts', import.meta.url));

async function child(env: Record<string, string>) {
  const { stdout, stderr } = await execa(process.execPath, [script], { env, reject: false });
  expect(stdout + stderr).not.toContain('CANARY');
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('through a proxy, api.openai.com', () => {
  let proxy: Mockttp;
  let certificate: string;
  const seen: string[] = [];
  let closes = false;
  beforeAll(async () => {
    const ca = await generateCACertificate();
    certificate = join(await tempFolder(), 'ca.pem');
    writeFileSync(certificate, ca.cert);
    proxy = getLocal({ https: ca });
    await startAnywhere(proxy);
    await proxy
      .forAnyRequest()
      .always()
      .thenCallback(({ url, headers }) => {
        seen.push(`${url} ${headers.authorization}`);
        if (closes) return 'close';
        const data = [{ b64_json: picture.toString('base64') }];
        return { statusCode: 200, headers: { 'x-request-id': 'req_p' }, json: { data } };
      });
  });
  afterAll(() => proxy.stop());
  const url = () => `http://127.0.0.1:${proxy.port}`;

  it('is asked at its own address', async () => {
    const came = await child({ HTTPS_PROXY: url(), NODE_EXTRA_CA_CERTS: certificate });
    expect(came).toEqual({ bytes: picture.toString(), requestId: 'req_p' });
    expect(seen).toEqual(['https://api.openai.com/v1/images/edits Bearer sk-proj-CANARY-proxied-0123456789']);
  });

  it('that breaks off after all was sent may have cost', async () => {
    closes = true;
    const came = await child({ HTTPS_PROXY: url(), NODE_EXTRA_CA_CERTS: certificate });
    closes = false;
    expect(came).toMatchObject({ kind: 'network', charge: 'unsettled', uploadBroken: false });
    expect(came.message).toContain(`through the proxy 127.0.0.1:${proxy.port}`);
  });

  it('is not asked where the certificate is not trusted: free', async () => {
    const came = await child({ HTTPS_PROXY: url() });
    expect(came).toMatchObject({ kind: 'network', charge: 'none', uploadBroken: false });
    expect(came.message).toContain('certificate');
  });

  it('is not reached through one that refuses, or is not there: free', async () => {
    const refusing = createServer().on('connect', (_request, socket) => {
      socket.end('HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const { port } = refusing.address() as AddressInfo;
    const refused = await child({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
    refusing.close().closeAllConnections();
    expect(refused).toMatchObject({ kind: 'network', charge: 'none' });
    expect(refused.message).toContain(`127.0.0.1:${port}`);
    const gone = await child({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
    expect(gone).toMatchObject({ kind: 'network', charge: 'none', code: 'ECONNREFUSED' });
  });
});

it('the SDK is loaded by a call alone', async () => {
  const providers = new URL('../../../src/providers/enhance-providers.ts', import.meta.url);
  const code = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve(name, context, next) { loaded.push(name); return next(name, context); } });
    const { enhanceProviders } = await import(${JSON.stringify(providers.href)});
    const of = (list) => list.filter((name) => name === 'openai').length;
    const before = of(loaded);
    const call = { baseUrl: 'http://127.0.0.1:9/v1', fetch, beforeSend: async () => {} };
    const image = { bytes: Buffer.alloc(9), type: 'image/png', width: 16, height: 16 };
    await enhanceProviders[0].enhance({ model: 'm', prompt: 'p', image, options: {} }, call).catch(() => {});
    console.log(JSON.stringify([before, of(loaded)]));
  `;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', code]);
  expect(JSON.parse(stdout)).toEqual([0, 1]);
});
