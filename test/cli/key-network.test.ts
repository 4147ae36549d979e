// The way out: proxies and certificates of the environment, with the provider's untouched address.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generateCACertificate, getLocal, type Mockttp } from 'mockttp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imgsys, newHome } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp.ts';
import { models, startAnywhere } from '../providers/model-server.ts';

const key = 'sk-proj-CANARY-network-0123456789-aaaa';
let proxy: Mockttp;
let certificate: string;
const seen: string[] = [];

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
      seen.push(url);
      const isKnown = headers.authorization === `Bearer ${key}`;
      return { statusCode: isKnown ? 200 : 401, json: isKnown ? { data: models } : { error: 'no' } };
    });
});
afterAll(() => proxy.stop());

async function verify(env: Record<string, string>) {
  seen.length = 0;
  const ran = await imgsys(await newHome(), ['key', 'verify', '--json'], {
    env: { IMGSYS_KEY_OPENAI: key, ...env },
  });
  expect(ran.stdout + ran.stderr).not.toContain('CANARY');
  return {
    ...ran,
    verdict: JSON.parse(ran.stdout) as { verdict: string; sentence: string; nextStep: string },
  };
}

describe('through a proxy', () => {
  it.each(['HTTPS_PROXY', 'https_proxy'])('named by %s, api.openai.com answers', async (name) => {
    const { code, verdict } = await verify({ [name]: proxyUrl(), NODE_EXTRA_CA_CERTS: certificate });
    expect({ code, ...verdict }).toMatchObject({ code: 0, verdict: 'valid' });
    expect(seen).toEqual(['https://api.openai.com/v1/models']);
  });

  it('is not needed for a server whose certificate is trusted', async () => {
    const { verdict } = await verify({
      ...{ IMGSYS_BASE_URL_OPENAI: `https://localhost:${proxy.port}/v1`, NODE_EXTRA_CA_CERTS: certificate },
    });
    expect(verdict.verdict).toBe('valid');
  });

  it('whose certificate is not trusted, nothing is sent', async () => {
    const { code, verdict } = await verify({ HTTPS_PROXY: proxyUrl() });
    expect({ code, ...verdict }).toMatchObject({ code: 5, verdict: 'unknown' });
    expect(verdict.sentence).toContain('certificate');
    expect(verdict.nextStep).toContain('NODE_EXTRA_CA_CERTS');
    expect(seen).toEqual([]);
  });

  it('that refuses to connect is named without its password', async () => {
    const refusing = createServer();
    refusing.on('connect', (_request, socket) => socket.end('HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n'));
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    const { code, verdict, stderr } = await verify({ HTTPS_PROXY: `http://me:hunter2@${host}` });
    refusing.close().closeAllConnections();
    expect({ code, ...verdict }).toMatchObject({ code: 5, verdict: 'unknown' });
    expect(verdict.sentence).toContain(`the proxy ${host} does not accept the name and password`);
    expect(JSON.stringify(verdict) + stderr).not.toContain('hunter2');
  });

  it('that is not there, the verdict is unknown', async () => {
    const { code, verdict } = await verify({ HTTPS_PROXY: 'http://127.0.0.1:9' });
    expect(verdict.sentence).toContain('nothing answers at the proxy 127.0.0.1:9');
    expect({ code, ...verdict }).toMatchObject({ code: 5, verdict: 'unknown' });
  });

  it('that NO_PROXY excludes, the address itself is asked', async () => {
    const { code, verdict } = await verify({
      ...{ HTTPS_PROXY: proxyUrl(), NODE_EXTRA_CA_CERTS: certificate, NO_PROXY: 'nowhere.invalid' },
      IMGSYS_BASE_URL_OPENAI: 'https://nowhere.invalid/v1',
    });
    expect({ code, ...verdict }).toMatchObject({ code: 5, verdict: 'unknown' });
    expect(seen).toEqual([]);
  });

  it('no server of this machine is asked', async () => {
    const local = createServer((_request, response) => response.end(JSON.stringify({ data: models })));
    await new Promise<void>((resolve) => local.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(local.address() as AddressInfo).port}/v1`;
    const { verdict } = await verify({
      ...{ HTTP_PROXY: proxyUrl(), HTTPS_PROXY: proxyUrl(), NODE_USE_ENV_PROXY: '1' },
      IMGSYS_BASE_URL_OPENAI: address,
    });
    local.close();
    expect(verdict.sentence).toContain('to anybody');
    expect(seen).toEqual([]);
  });

  it.each(['http://CANARY:CANARY@', 'CANARY CANARY'])('at %s is a mistake', async (address) => {
    const env = { IMGSYS_KEY_OPENAI: key, HTTPS_PROXY: address };
    const ran = await imgsys(await newHome(), ['key', 'verify'], { env });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('does not hold the address of a proxy');
    expect(ran.stderr).not.toContain('CANARY');
  });

  it('of the SOCKS kind is not supported', async () => {
    const env = { IMGSYS_KEY_OPENAI: key, HTTPS_PROXY: 'socks5://CANARY:CANARY@host:1' };
    const ran = await imgsys(await newHome(), ['key', 'verify'], { env });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('SOCKS proxies are not supported');
    expect(ran.stderr).not.toContain('CANARY');
  });
});

function proxyUrl(): string {
  return `http://127.0.0.1:${proxy.port}`;
}
