import type { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { downloadPicture as download } from '../../src/providers/download.ts';
import { isPublicAddress, whyNotPublic } from '../../src/providers/public-address.ts';
import { fakeClock } from '../helpers/clock.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(handle: RequestListener): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

// The bytes, or why there are none.
async function downloadPicture(...args: Parameters<typeof download>): Promise<Buffer | string> {
  const got = await download(...args);
  return Buffer.isBuffer(got) ? got : got.why;
}

const elsewhere = { baseUrl: 'https://images.example/v1' };

describe('an address of the network', () => {
  it.each([
    ...[
      '8.8.8.8',
      '1.1.1.1',
      '172.15.0.1',
      '172.32.0.1',
      '192.169.0.1',
      '100.63.0.1',
      '100.128.0.1',
      '223.255.0.1',
    ],
    ...['2606:4700::1111', '2a00:1450::1'],
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.9.9.9', '169.254.169.254'],
    ...[
      '172.16.0.1',
      '172.31.255.255',
      '192.0.0.192',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '168.63.129.16',
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '64:ff9b::7f00:1',
      'fe80::1',
      'fc00::1',
    ],
    ...['fd00:ec2::254', 'ff02::1', '2001:db8::1', '2002:7f00:1::', '2001:0:1::1', 'localhost', '', 'x'],
  ])('%j is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    'localhost',
    'a.localhost',
    'printer',
    'nas.local',
    'vault.internal',
    'host.lan',
    'localhost.',
    '[::1]',
  ])('the name %s is not looked up', (name) => {
    expect(whyNotPublic(name)).toBe('it lies in a private network');
  });
});

describe('a picture’s address', () => {
  it.each([
    'http://93.184.216.34/a.png',
    'http://localhost/a.png',
    'https://127.0.0.1/a.png',
    'https://2130706433/a.png',
    'https://0x7f.1/a.png',
    'https://0177.0.0.1/a.png',
    'https://[::1]/a.png',
    'https://[::ffff:10.0.0.1]/a.png',
    'https://169.254.169.254/latest/meta-data',
    'https://metadata.google.internal/x',
    'https://user:word@example.org/a.png',
    'file:///etc/passwd',
    'data:image/png;base64,QUJD',
    'ftp://example.org/a.png',
    'javascript:alert(1)',
    '//10.0.0.1/a.png',
    'https://',
  ])('%s is not asked', async (address) => {
    const asked: string[] = [];
    const fake = ((name: string, _options: unknown, found: (error: Error) => void) => {
      asked.push(name);
      found(new Error('asked'));
    }) as unknown as typeof lookup;
    expect(await downloadPicture(address, elsewhere, { lookup: fake })).toMatch(/address|network/);
    expect(asked).toEqual([]);
  });

  it.each([
    [['10.0.0.1']],
    [['127.0.0.1']],
    [['93.184.216.34', '169.254.169.254']],
    [['fd00::1']],
    [[]],
  ])('whose name leads to %j is not connected to', async (addresses) => {
    let lookups = 0;
    const fake = ((_name: string, _options: unknown, found: (error: null, all: unknown) => void) => {
      lookups += 1;
      found(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as unknown as typeof lookup;
    const got = await download('https://rebind.example/a.png?sig=CANARY', elsewhere, { lookup: fake });
    // A network that asks to sign in leads all names to itself.
    expect(got).toEqual({ why: 'rebind.example: it lies in a private network', isForGood: false });
    expect(lookups).toBe(1);
  });

  it('of the service itself is fetched, without a key', async () => {
    const seen: unknown[] = [];
    const origin = await serve((request, response) => {
      seen.push([request.url, request.headers.authorization, request.headers.cookie]);
      response.end('bytes');
    });
    const call = { baseUrl: `${origin}/v1` };
    expect(await downloadPicture('/files/a.png', call)).toEqual(Buffer.from('bytes'));
    expect(await downloadPicture(`${origin.replace('127.0.0.1', 'localhost')}/b.png`, call)).toEqual(
      Buffer.from('bytes'),
    );
    expect(seen).toEqual([
      ['/files/a.png', undefined, undefined],
      ['/b.png', undefined, undefined],
    ]);
  });

  it.each([
    'https://10.0.0.1/x',
    'http://169.254.169.254/x',
    'file:///etc/passwd',
  ])('may not lead to %s', async (location) => {
    const origin = await serve((_request, response) => response.writeHead(302, { location }).end());
    expect(await downloadPicture('/a.png', { baseUrl: origin })).toMatch(/private network|begins with/);
  });

  it('may lead on three times', async () => {
    let length = 3;
    const origin = await serve((request, response) => {
      const at = Number(request.url?.slice(1));
      if (at >= length) response.end('found');
      else response.writeHead(307, { location: `/${at + 1}` }).end();
    });
    expect(await downloadPicture('/0', { baseUrl: origin })).toEqual(Buffer.from('found'));
    length = 4;
    expect(await downloadPicture('/0', { baseUrl: origin })).toContain('more than 3');
  });

  it.each([
    [403, 1, 'answers 403'],
    [404, 3, 'answers 404'],
    [410, 1, 'answers 410'],
    [429, 8, 'answers 429'],
    [503, 8, 'answers 503'],
  ])('that answers %i is asked %i times', async (status, times, words) => {
    let asked = 0;
    const origin = await serve((_request, response) => {
      asked += 1;
      response.writeHead(status).end('no');
    });
    const clock = fakeClock();
    expect(await downloadPicture('/a', { baseUrl: origin }, { clock })).toContain(words);
    expect(asked).toBe(times);
    expect(clock.monotonicMs()).toBeLessThanOrEqual(120_000);
    if (times > 1) expect(clock.sleeps.slice(0, 2)).toEqual([1_000, 2_000]);
  });

  it.each([
    ['https://10.0.0.1/x', true],
    ['http://images.example/x', true],
    ['/404', true],
    ['/410', true],
    ['/large', true],
    ['/403', false],
    ['/503', false],
    ['/broken', false],
    ['/later', false],
  ])('%s cannot be had for good: %s', async (address, isForGood) => {
    let asked = 0;
    const origin = await serve((request, response) => {
      asked += 1;
      if (request.url === '/large') response.end('x'.repeat(2048));
      else if (request.url === '/broken') request.socket.destroy();
      // Not known everywhere at once, then trouble of another kind.
      else if (request.url === '/later') response.writeHead(asked < 3 ? 404 : 403).end();
      else response.writeHead(Number(request.url?.slice(1))).end('no');
    });
    const got = await download(address, { baseUrl: origin }, { clock: fakeClock(), maxBytes: 1024 });
    expect(got).toMatchObject({ isForGood });
  });

  it('is not waited for when the run is stopped', async () => {
    const origin = await serve((_request, response) => response.writeHead(503).end('no'));
    const stop = new AbortController();
    const call = { baseUrl: origin, signal: stop.signal };
    const clock = { ...fakeClock(), sleep: async () => stop.signal.throwIfAborted() };
    stop.abort();
    expect(await downloadPicture('/a', call, { clock })).toBe('stopped before it was there');
    const later = new AbortController();
    const waiting = {
      ...clock,
      async sleep() {
        later.abort();
        later.signal.throwIfAborted();
      },
    };
    expect(await downloadPicture('/a', { ...call, signal: later.signal }, { clock: waiting })).toBe(
      'stopped before it was there',
    );
  });

  it('is asked again when the connection breaks', async () => {
    let asked = 0;
    const origin = await serve((request, response) => {
      asked += 1;
      if (asked === 1) request.socket.destroy();
      else if (asked === 2) {
        response.writeHead(200, { 'content-length': 10 });
        response.write('half');
        setImmediate(() => request.socket.destroy());
      } else response.end('whole');
    });
    const clock = fakeClock();
    expect(await downloadPicture('/a', { baseUrl: origin }, { clock })).toEqual(Buffer.from('whole'));
  });

  it('gives no more than fits, and something', async () => {
    const origin = await serve((request, response) =>
      response.end(request.url === '/0' ? '' : 'x'.repeat(2048)),
    );
    expect(await downloadPicture('/big', { baseUrl: origin }, { maxBytes: 1024 })).toContain('more than');
    expect(await downloadPicture('/0', { baseUrl: origin })).toContain('nothing');
  });

  it.each([
    '<!doctype html><title>Sign in</title>',
    '\ufeff\n <html>',
    '<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>',
    ' {"error":"busy"}',
  ])('that answers %j with 200 keeps the picture for another day', async (page) => {
    const origin = await serve((_request, response) => response.end(page));
    expect(await download('/a', { baseUrl: origin })).toEqual({
      why: 'its address holds a page in place of a picture',
      isForGood: false,
    });
  });

  it.each([
    'http://10.0.0.1/sign-in',
    'http://elsewhere.example/',
    'file:///x',
    'https://a:b@c.example/',
  ])('that leads on to %s keeps the picture for another day, since it may not do so for ever', async (location) => {
    const origin = await serve((_request, response) => response.writeHead(302, { location }).end());
    expect(await download('/a', { baseUrl: origin })).toMatchObject({ isForGood: false });
    expect(await download(location, { baseUrl: origin })).toMatchObject({ isForGood: true });
  });

  it('that hangs is left after a while', async () => {
    const origin = await serve(() => {});
    expect(await downloadPicture('/a', { baseUrl: origin, timeoutMs: 100 }, { waitMs: 0 })).toContain(
      'in time',
    );
  });
});
