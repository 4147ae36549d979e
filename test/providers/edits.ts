// What tests of paid calls share: a request, a call that notes its steps, a raw server, an answer.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { afterAll } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import {
  CallError,
  type EnhanceCall,
  type EnhanceRequest,
  type EnhanceResult,
} from '../../src/providers/enhance.ts';
import { Secret } from '../../src/secret.ts';

export const key = 'sk-proj-CANARY-edits-0123456789abcdef';
export const picture = Buffer.from('not decoded here, so any bytes are a picture');

export const request: EnhanceRequest = {
  model: 'gpt-image-2.5-sunburst',
  prompt: 'brighter',
  wish: { operation: 'enhance' },
  image: { bytes: Buffer.alloc(200_001, 'picture'), type: 'image/jpeg', width: 1024, height: 1024 },
  size: { width: 1024, height: 1024 },
  quality: 'high',
  options: {},
};

/** A request whose picture does not fit into what the system takes at once. */
export const largeRequest: EnhanceRequest = {
  ...request,
  image: { ...request.image, bytes: Buffer.alloc(24 * 2 ** 20, 7) },
};

export const usage = {
  input_tokens: 1100,
  input_tokens_details: { text_tokens: 20, image_tokens: 1080 },
  output_tokens: 1756,
  total_tokens: 2856,
};

export const goodBody = { created: 1, data: [{ b64_json: picture.toString('base64') }], usage };

export function callTo(baseUrl: string, parts: Partial<EnhanceCall> = {}): EnhanceCall {
  const steps = { beforeSend: async () => {}, onAccepted: async () => {}, sleep: systemClock.sleep };
  return { secret: new Secret(key), baseUrl, fetch, ...steps, timeoutMs: 20_000, ...parts };
}

/** The CallError a call ends with. */
export async function failureOf(result: Promise<EnhanceResult>): Promise<CallError> {
  const error: unknown = await result.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof CallError) return error;
  throw error;
}

const servers: NetServer[] = [];
const sockets = new Set<Socket>();
afterAll(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
});

/** A server of bare sockets: `handle` gets each connection; answers the base URL. */
export async function serveRaw(handle: (socket: Socket) => void): Promise<string> {
  const server = createNetServer((socket) => {
    sockets.add(socket);
    // Clients break off here on purpose.
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    handle(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

/** Calls `then` once `bytes` of a request have come, or the whole of it. */
export function whenSent(bytes: number | 'all', then: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    let seen = 0;
    let wanted = bytes === 'all' ? Number.POSITIVE_INFINITY : bytes;
    let head = '';
    let done = false;
    socket.on('data', (chunk) => {
      seen += chunk.length;
      if (bytes === 'all' && wanted === Number.POSITIVE_INFINITY) {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        const length = /content-length: (\d+)/i.exec(head)?.[1];
        if (end >= 0 && length !== undefined) wanted = end + 4 + Number(length);
      }
      if (done || seen < wanted) return;
      done = true;
      then(socket);
    });
  };
}

/** An answer as it goes over the wire. */
export function wire(status: number, body: string | Buffer, headers: Record<string, string> = {}): Buffer {
  const all = { 'content-type': 'application/json', 'content-length': String(body.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}
