// Faults of a connection and of answers, as bytes.

import type { Socket } from 'node:net';
import type { Spoil } from './network-front.ts';

export interface AnswerFault {
  readonly name: string;
  readonly spoil: Spoil;
  /** Whether what was answered can be a picture after all: nothing has to be told. */
  readonly isHarmless?: boolean;
}

export const json = 'content-type: application/json';
export const head = (status: string, ...lines: readonly string[]) =>
  [`HTTP/1.1 ${status}`, ...lines, 'connection: close', '', ''].join('\r\n');
export const whole = (status: string, body: string | Buffer, ...lines: readonly string[]) =>
  Buffer.concat([
    Buffer.from(head(status, `content-length: ${Buffer.byteLength(body)}`, ...lines)),
    Buffer.from(body),
  ]);

/** Answers these bytes once the request is whole, and ends the connection. */
export function answer(name: string, bytes: string | Buffer, isHarmless = false): AnswerFault {
  return {
    ...{ name, isHarmless },
    spoil: async (socket, request) => {
      await request();
      socket.end(bytes);
    },
  };
}

export function after(name: string, act: (socket: Socket) => void | Promise<void>): AnswerFault {
  return {
    name,
    spoil: async (socket, request) => {
      await request();
      await act(socket);
    },
  };
}

const every = async (ms: number, socket: Socket, bytes: string | Buffer) => {
  while (!socket.destroyed && socket.writable) {
    socket.write(bytes);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
};

export const connectionFaults: readonly AnswerFault[] = [
  { name: 'reset at connect', spoil: (socket) => void socket.resetAndDestroy() },
  { name: 'closed at connect', spoil: (socket) => void socket.end() },
  {
    name: 'reset after the head',
    spoil: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
  },
  {
    name: 'reset in mid-upload',
    spoil: (socket) => {
      let bytes = 0;
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > 20_000) socket.resetAndDestroy();
      });
      // A small request is cut off as well.
      setTimeout(() => socket.resetAndDestroy(), 500).unref();
    },
  },
  { name: 'half closed at once', spoil: (socket) => void socket.resume().end() },
  { name: 'black hole: never reads', spoil: (socket) => void socket.pause() },
  after('reset in place of an answer', (socket) => void socket.resetAndDestroy()),
  after('closed in place of an answer', (socket) => void socket.end()),
  after('never answers', () => {}),
  after('reset in mid-answer', (socket) => {
    socket.write(`${head('200 OK', json, 'content-length: 100000')}{"data":[`, () =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    );
  }),
  after(
    'closed in mid-answer',
    (socket) => void socket.end(`${head('200 OK', json, 'content-length: 100000')}{"data":[`),
  ),
  after(
    'stalls in mid-answer',
    (socket) => void socket.write(`${head('200 OK', json, 'content-length: 100000')}{"data":[`),
  ),
  after('a byte a second', async (socket) => {
    socket.write(head('200 OK', json, 'content-length: 100000'));
    await every(1000, socket, ' ');
  }),
  after('a byte of the head a second', async (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
    await every(1000, socket, 'a');
  }),
];

const page = '<!doctype html><html><title>Sign in to the guest network</title><body>Welcome</body></html>';
const html = 'content-type: text/html';

export const statusFaults: readonly AnswerFault[] = [
  after('102 for ever', (socket) => every(200, socket, 'HTTP/1.1 102 Processing\r\n\r\n')),
  after('103 for ever', (socket) => every(200, socket, 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')),
  answer('101 unasked', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  answer('204', head('204 No Content')),
  answer('205', head('205 Reset Content', 'content-length: 0')),
  answer('206 of a part', whole('206 Partial Content', '{"data":', json)),
  answer('304', head('304 Not Modified')),
  answer('402', whole('402 Payment Required', '{"error":{"message":"pay","type":"x"}}', json)),
  answer('413', whole('413 Content Too Large', page, html)),
  answer('418', whole('418 I am a teapot', 'short and stout')),
  answer('451', whole('451 Unavailable For Legal Reasons', '{"error":"no"}', json)),
  answer('511 of a captive portal', whole('511 Network Authentication Required', page, html)),
  answer('520', whole('520 Unknown', page, html)),
  answer('599', whole('599 What', '')),
  answer('status 999', whole('999 What', '')),
  answer('status 000', whole('000 What', '')),
  answer('200 with the page of a captive portal', whole('200 OK', page, html)),
  answer(
    '200 with an error within',
    whole('200 OK', '{"error":{"message":"The server is busy","type":"server_error","code":null}}', json),
  ),
  answer('401 with a page', whole('401 Unauthorized', page, html)),
  answer('403 with a page', whole('403 Forbidden', page, html)),
  answer('404 with a page', whole('404 Not Found', page, html)),
  answer('429 without words', whole('429 Too Many Requests', '', 'retry-after: 1')),
  answer(
    '429 to wait for 10^30 seconds',
    whole('429 Too Many Requests', '{}', json, `retry-after: 1${'0'.repeat(30)}`),
  ),
  answer(
    '429 to wait till 1970',
    whole('429 Too Many Requests', '{}', json, 'retry-after: Thu, 01 Jan 1970 00:00:00 GMT'),
  ),
];

/** Redirects to `port`, another service that notes what comes. */
export function redirectFaults(port: number): AnswerFault[] {
  const to = `location: http://localhost:${port}/v1/stolen`;
  return ['301 Moved', '302 Found', '303 See Other', '307 Temporary', '308 Permanent'].map((status) =>
    answer(`${status.slice(0, 3)} to another host`, head(status, to, 'content-length: 0')),
  );
}

const png = 'iVBORw0KGgo=';

export const bodyFaults: readonly AnswerFault[] = [
  ['nothing', ''],
  ['a BOM before the JSON', `\ufeff{"data":[]}`],
  ['UTF-16', Buffer.from('{"data":[]}', 'utf16le')],
  ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['NaN', '{"data":NaN}'],
  ['Infinity', '{"data":Infinity}'],
  ['1e999', `{"data":[{"b64_json":"${png}"}],"usage":{"input_tokens":1e999,"output_tokens":1e999}}`],
  ['tokens below zero', `{"data":[{"b64_json":"${png}"}],"usage":{"input_tokens":-5,"output_tokens":-9}}`],
  ['names given twice', `{"data":[],"data":null,"data":7}`],
  ['__proto__', '{"__proto__":{"data":[{"b64_json":"x"}]},"constructor":{"prototype":{"data":1}}}'],
  ['1,000,000 deep', '['.repeat(1_000_000) + ']'.repeat(1_000_000)],
  ['1,000,000 deep objects', `${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}`],
  ['null', 'null'],
  ['a number', '7'],
  ['a word', '"done"'],
  ['data: null', '{"data":null}'],
  ['data: [null]', '{"data":[null]}'],
  ['data: 5,000,000 nulls', `{"data":[${'null,'.repeat(5_000_000)}null]}`],
  ['b64_json: null', '{"data":[{"b64_json":null}]}'],
  ['b64_json: {}', '{"data":[{"b64_json":{}}]}'],
  [
    'a script and a colour in the words',
    `{"error":{"message":"\\u001b[31m<script>\\r\\nimgsys: error: forged","code":"\\u0007x"}}`,
  ],
].map(([name = '', body = '']) => answer(`200 with ${name}`, whole('200 OK', body, json)));

/** A picture of the right kind under the wrong type. */
export const typeFaults: readonly AnswerFault[] = [
  'text/html',
  'image/png',
  'application/octet-stream',
  '',
].map((type) =>
  answer(`an empty list as ${type || 'no type'}`, whole('200 OK', '{"data":[]}', `content-type: ${type}`)),
);
