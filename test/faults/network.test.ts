// Ways out that are spoilt, as the built program tells them: what stands between is named, and not asked for ever.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { networkStep } from '../../src/providers/service/verdicts.ts';
import { imgsys, newHome } from '../helpers/cli.ts';

const key = 'sk-proj-CANARY-faults-0123456789-aaaa';
const host = 'api.imgsys-trial.example';
const closes: (() => void)[] = [];

afterEach(() => {
  for (const close of closes.splice(0)) close();
});

/** Listens on a port of its own; `asked` counts the connections. */
async function listen(act: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => act(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closes.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

async function verify(env: Record<string, string>) {
  const ran = await imgsys(await newHome(), ['key', 'verify', '--json'], {
    env: { IMGSYS_KEY_OPENAI: key, IMGSYS_BASE_URL_OPENAI: `https://${host}/v1`, ...env },
  });
  expect(ran.stdout + ran.stderr).not.toContain('CANARY');
  return { code: ran.code, ...JSON.parse(ran.stdout) };
}

describe('a proxy', () => {
  it('that drops the connection is told as that, and asked a few times, not hundreds of times a second', async () => {
    const proxy = await listen((socket) => socket.end());
    expect(await verify({ HTTPS_PROXY: `http://me:CANARY@${proxy.address}` })).toMatchObject({
      ...{ code: 5, verdict: 'unknown' },
      sentence: `the proxy ${proxy.address} closes the connection in place of connecting to ${host}`,
      nextStep: expect.stringContaining('HTTPS_PROXY'),
    });
    expect(proxy.asked()).toBeLessThan(10);
  });

  it.each([
    [
      '407 Proxy Authentication Required',
      'does not accept the name and password it is given, or wants one (407)',
    ],
    ['403 Forbidden', `does not connect to ${host} (it answers 403)`],
    ['502 Bad Gateway', `does not connect to ${host} (it answers 502)`],
  ])('that answers %s is told as that', async (status, says) => {
    const { address } = await listen((socket) =>
      socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`),
    );
    const found = await verify({ HTTPS_PROXY: `http://${address}` });
    expect(found).toMatchObject({ code: 5, verdict: 'unknown', sentence: `the proxy ${address} ${says}` });
  });

  it('that is named for http alone is named in what goes wrong, since Node asks it', async () => {
    const { sentence } = await verify({ HTTP_PROXY: 'http://127.0.0.1:9' });
    expect(sentence).toBe('nothing answers at the proxy 127.0.0.1:9 (ECONNREFUSED)');
  });
});

describe('a service', () => {
  it('that does not speak HTTP is told as that', async () => {
    const { address } = await listen((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    const { code, sentence } = await verify({ IMGSYS_BASE_URL_OPENAI: `http://${address}/v1` });
    expect([code, sentence]).toEqual([5, `what ${address} answers is not HTTP`]);
  });

  it('that does not speak TLS has no certificate that could be trusted', async () => {
    const { address } = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { code, sentence } = await verify({ IMGSYS_BASE_URL_OPENAI: `https://${address}/v1` });
    expect([code, sentence]).toEqual([
      5,
      `${address} offers no encryption this program takes (ERR_SSL_WRONG_VERSION_NUMBER)`,
    ]);
  });

  it.each(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])('with %s leads to the clock', (code) => {
    expect(networkStep(code)).toContain('clock of this machine');
  });
});
