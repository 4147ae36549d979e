// Answers whose frame is broken, or too large for anybody: heads, lengths, chunks, encodings.
import type { Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type AnswerFault, after, answer, head, json, whole } from './network-answers.ts';

const list = {
  object: 'list',
  data: [{ id: 'gpt-image-2.6-sunburst', object: 'model', created: 1, owned_by: 'system' }],
};
const models = JSON.stringify(list);

export const framingFaults: readonly AnswerFault[] = [
  answer('no HTTP: an SSH banner', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'),
  answer('no HTTP: zeros', Buffer.alloc(5000)),
  answer('an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  answer('HTTP/1.0', `HTTP/1.0 200 OK\r\n${json}\r\n\r\n{"nothing":1}`),
  answer('headers of 20 kB', whole('200 OK', '{}', json, `x-long: ${'a'.repeat(20_000)}`)),
  after('headers without end', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    return flood(socket, Buffer.from(`x-more: ${'a'.repeat(8000)}\r\n`), 2 ** 30);
  }),
  answer(
    '10,000 headers',
    whole('200 OK', '{}', json, ...Array.from({ length: 10_000 }, (_, at) => `x-${at}: 1`)),
  ),
  answer('a zero byte in a header', whole('200 OK', '{}', json, 'x-bad: a\0b')),
  answer('a content-length too long', `${head('200 OK', json, 'content-length: 5000')}{}`),
  answer('a content-length too short', `${head('200 OK', json, 'content-length: 1')}{"data":[]}`),
  answer('a content-length below zero', `${head('200 OK', json, 'content-length: -5')}{}`),
  answer('a content-length that is no number', `${head('200 OK', json, 'content-length: many')}{}`),
  answer('two content-lengths', `${head('200 OK', json, 'content-length: 2', 'content-length: 9')}{}`),
  answer(
    'content-length and chunks',
    `${head('200 OK', json, 'content-length: 2', 'transfer-encoding: chunked')}2\r\n{}\r\n0\r\n\r\n`,
  ),
  answer('a chunk of size zz', `${head('200 OK', json, 'transfer-encoding: chunked')}zz\r\n{}\r\n`),
  answer('chunks without an end', `${head('200 OK', json, 'transfer-encoding: chunked')}2\r\n{}\r\n`),
  answer(
    'a chunk of 2^64 bytes',
    `${head('200 OK', json, 'transfer-encoding: chunked')}ffffffffffffffff\r\n{}\r\n`,
  ),
  answer('gzip that is none', whole('200 OK', 'not gzip at all', json, 'content-encoding: gzip')),
  answer('gzip cut short', whole('200 OK', gzipSync(models).subarray(0, 20), json, 'content-encoding: gzip')),
  answer('brotli that is none', whole('200 OK', 'not brotli', json, 'content-encoding: br')),
  answer('an unknown encoding', whole('200 OK', models, json, 'content-encoding: rot13'), true),
  after(
    'a gzip bomb of 512 MB',
    (socket) => void socket.end(whole('200 OK', gzipBomb(), json, 'content-encoding: gzip')),
  ),
  after(
    'a brotli bomb of 128 MB',
    (socket) => void socket.end(whole('200 OK', brotliBomb(), json, 'content-encoding: br')),
  ),
  answer(
    'gzip eleven times over',
    whole('200 OK', models, json, `content-encoding: ${Array(11).fill('gzip').join(', ')}`),
  ),
  after('1 GB of zeros', (socket) => {
    socket.write(head('200 OK', json, `content-length: ${2 ** 30}`));
    return flood(socket, Buffer.alloc(2 ** 20), 2 ** 30);
  }),
  after('1 GB in one JSON string', (socket) => {
    socket.write(`${head('200 OK', json)}{"data":[{"b64_json":"`);
    return flood(socket, Buffer.alloc(2 ** 20, 'A'), 2 ** 30);
  }),
  after('an error of 1 GB', (socket) => {
    socket.write(`${head('400 Bad Request', json)}{"error":{"message":"`);
    return flood(socket, Buffer.alloc(2 ** 20, 'A'), 2 ** 30);
  }),
];

// As fast as they are taken, up to `bytes`.
async function flood(socket: Socket, chunk: Buffer, bytes: number): Promise<void> {
  let wake = () => {};
  socket.on('drain', () => wake()).on('close', () => wake());
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += chunk.length) {
    if (!socket.write(chunk)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  socket.end();
}

let bomb: Buffer | undefined;
function gzipBomb(): Buffer {
  bomb ??= gzipSync(Buffer.alloc(2 ** 29, ' '));
  return bomb;
}

let brotli: Buffer | undefined;
function brotliBomb(): Buffer {
  brotli ??= brotliCompressSync(Buffer.alloc(2 ** 27, ' '));
  return brotli;
}
