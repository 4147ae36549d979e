// A process of its own: sends forms to a server that answers before it has read them, and whose clock then rings.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openExchange } from '../../src/providers/exchange.ts';

const server = createServer((_request, response) => response.writeHead(429).end('{}')).listen(0, '127.0.0.1');
await once(server, 'listening');
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const call = {
  baseUrl,
  fetch,
  beforeSend: async () => {},
  onAccepted: async () => {},
  sleep: async () => {},
};
for (let sent = 0; sent < 8; sent += 1) {
  const form = new FormData();
  // Many pieces: the walk through them takes longer than the answer does.
  form.append('image', new File(Array(400).fill(Buffer.alloc(2 ** 16)), 'image.png', { type: 'image/png' }));
  const exchange = openExchange(call, 100, 2 ** 20);
  await exchange.fetch(baseUrl, { method: 'POST', body: form }).catch(() => {});
  if (exchange.ending() === undefined) throw new Error('nothing was sent');
}
await new Promise((resolve) => setTimeout(resolve, 300));
console.log('alive');
server.closeAllConnections();
server.close();
