import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { patientFetch } from '../../src/providers/patient-fetch.ts';

it('says how long the head of an answer may take, and leaves short calls alone', async () => {
  const server = createServer((_request, response) => response.end('fine')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await (await fetch(url)).text();
  const known = globalThis as unknown as Record<
    symbol,
    { dispatch(options: object, handler: object): boolean }
  >;
  const name = Symbol.for('undici.globalDispatcher.2');
  const real = known[name];
  if (real === undefined) throw new Error('no dispatcher to watch');
  const seen: object[] = [];
  known[name] = {
    dispatch(options, handler) {
      seen.push(options);
      return real.dispatch(options, handler);
    },
  };
  try {
    const answer = await patientFetch(fetch, 20 * 60_000)(url, { method: 'POST', body: 'x' });
    expect(await answer.text()).toBe('fine');
  } finally {
    known[name] = real;
    server.close().closeAllConnections();
  }
  expect(seen).toMatchObject([{ headersTimeout: 21 * 60_000, bodyTimeout: 21 * 60_000 }]);
  expect(patientFetch(fetch, 299_999)).toBe(fetch);
});
