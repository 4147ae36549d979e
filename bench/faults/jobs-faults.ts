// What goes wrong between an order and its picture.
import type { ServerResponse } from 'node:http';

/** Acts in place of the service; false passes the request on. */
type Act = (response: ServerResponse) => void;

export interface JobFault {
  readonly name: string;
  /** What is spoilt: the orders, the questions whether a job is done, or the pictures. */
  readonly of: 'order' | 'poll' | 'picture';
  readonly act: Act;
  /** How often for each job; for ever unless given. A fault for ever is over when the program has ended. */
  readonly times?: number;
  /** Where the picture is said to lie, in place of the service itself. */
  readonly output?: string;
  /** Names that lead to addresses, as /etc/hosts has them. */
  readonly hosts?: string;
  /** The picture cannot be had any more: it is bought again by a word alone. */
  readonly isLost?: boolean;
  /** The program's own, for what is silent; a minute unless given. */
  readonly timeout?: string;
  /** The program is killed so long after the first question. */
  readonly isKilled?: boolean;
}

const status =
  (code: number, body = '', headers: Readonly<Record<string, string>> = {}): Act =>
  (response) =>
    void response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(body);
const reset: Act = (response) => void response.socket?.resetAndDestroy();
const close: Act = (response) => void response.socket?.end();
const silent: Act = () => {};
const page = '<!doctype html><title>Sign in to the guest network</title>';
const cutOff =
  (end: (response: ServerResponse) => void): Act =>
  (response) => {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': '500000' });
    response.write(Buffer.alloc(20_000, 7));
    setTimeout(() => end(response), 50);
  };
const endless: Act = (response) => {
  response.writeHead(200, { 'content-type': 'image/png' });
  const chunk = Buffer.alloc(2 ** 20, 7);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

const both = (name: string, act: Act, more: Partial<JobFault> = {}): JobFault[] => [
  { name: `picture: ${name}`, of: 'picture', act, ...more },
  { name: `poll: ${name}`, of: 'poll', act, ...more },
];
const picture = (name: string, act: Act, more: Partial<JobFault> = {}): JobFault => ({
  ...{ name: `picture: ${name}`, of: 'picture', act },
  ...more,
});
const elsewhere = (name: string, output: string, more: Partial<JobFault> = {}) =>
  picture(`address: ${name}`, status(500), { output, isLost: true, ...more });
const poll = (name: string, act: Act, more: Partial<JobFault> = {}): JobFault => ({
  ...{ name: `poll: ${name}`, of: 'poll', act },
  ...more,
});
const notFound = '{"title":"Not found","detail":"Prediction not found","status":404}';

export const jobFaults: readonly JobFault[] = [
  ...both('reset once', reset, { times: 1 }),
  ...both('reset three times', reset, { times: 3 }),
  ...both('closed once', close, { times: 1 }),
  ...both('silent once', silent, { times: 1, timeout: '10s' }),
  ...both('500 twice', status(500, '{}'), { times: 2 }),
  ...both('502 with a page once', status(502, page, { 'content-type': 'text/html' }), { times: 1 }),
  ...both('503 twice', status(503, '{}', { 'retry-after': '1' }), { times: 2 }),
  ...both('429 once', status(429, '{}', { 'retry-after': '1' }), { times: 1 }),
  ...both('404 once', status(404, notFound), { times: 1 }),
  ...both('410 once', status(410, '{}'), { times: 1, isLost: true }),
  ...both('401 once', status(401, '{"title":"Unauthenticated","detail":"no","status":401}'), { times: 1 }),
  ...both('403 once', status(403, '{"title":"Forbidden","detail":"no","status":403}'), { times: 1 }),
  ...both('204 once', status(204), { times: 1 }),
  ...both('nothing, with 200, once', status(200, ''), { times: 1 }),
  ...both('a page with 200, once', status(200, page, { 'content-type': 'text/html' }), { times: 1 }),
  ...both('a redirect to a private network once', status(302, '', { location: 'http://10.0.0.1/x' }), {
    times: 1,
  }),
  ...both('reset for ever', reset),
  ...both('500 for ever', status(500, '{}')),
  ...both('403 for ever, as of an expired address', status(403, '{}')),
  picture('410 for ever', status(410), { isLost: true }),
  picture('404 for ever', status(404), { isLost: true }),
  picture('reset in mid-download once', cutOff(reset), { times: 1 }),
  picture('reset in mid-download three times', cutOff(reset), { times: 3 }),
  picture('closed in mid-download once', cutOff(close), { times: 1 }),
  picture('stalls in mid-download once', cutOff(silent), { times: 1, timeout: '10s' }),
  picture('has no end', endless, { times: 1, isLost: true }),
  picture('redirect to itself for ever', (response) =>
    status(302, '', { location: response.req.url ?? '' })(response),
  ),
  elsewhere('10.0.0.1', 'https://10.0.0.1/x.png'),
  elsewhere('the address of cloud metadata', 'http://169.254.169.254/latest/meta-data/'),
  elsewhere('another port of this machine', 'https://127.0.0.1:9/x.png'),
  elsewhere('[::1]', 'https://[::1]:9/x.png'),
  elsewhere('[::ffff:10.0.0.1]', 'https://[::ffff:10.0.0.1]/x.png'),
  elsewhere('file:', 'file:///etc/passwd'),
  elsewhere('data:', 'data:image/png;base64,AAAA'),
  elsewhere('http', 'http://delivery.imgsys-trial.example/x.png'),
  elsewhere('with a password', 'https://me:CANARY@delivery.imgsys-trial.example/x.png'),
  ...['10.1.2.3', '192.168.1.1', '127.0.0.1', '169.254.169.254', 'fd00::1', '::1', '100.64.0.1'].map((ip) =>
    elsewhere(`a name that leads to ${ip}`, 'https://delivery.imgsys-trial.example/x.png', {
      hosts: `${ip} delivery.imgsys-trial.example`,
      isLost: false,
    }),
  ),
  elsewhere('a name nobody has', 'https://delivery.imgsys-trial.example/x.png', {
    ...{ hosts: '', isLost: false },
  }),
  poll('killed while the job is out', silent, { isKilled: true, times: 1 }),
  poll('404 for ever', status(404, notFound)),
  poll('no JSON for ever', status(200, '{"id":')),
  poll('another job', status(200, '{"id":"other","status":"succeeded","output":null}'), { times: 1 }),
  poll('a status there is not', status(200, '{"id":"x","status":"dreaming"}'), { times: 1 }),
  { name: 'order: 500 once', of: 'order', act: status(500, '{"title":"x","detail":"x"}'), times: 1 },
  { name: 'order: 429 once', of: 'order', act: status(429, '{}', { 'retry-after': '1' }), times: 1 },
];
