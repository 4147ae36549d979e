import { describe, expect, it } from 'vitest';
import { ask } from '../../../src/providers/service/ask.ts';
import { pollJob, queued } from '../../../src/providers/service/poll.ts';
import { serveRaw } from '../edits.ts';
import { callTo, failureOf, inTurn, key, serve, serviceOf, shown } from './server.ts';

const detail = { detail: 'try later' };

describe('a free question', () => {
  it('is asked with the key, and again after trouble, as long as the service says', async () => {
    const replies = inTurn(
      { status: 429, body: detail, headers: { 'retry-after': '7' } },
      { status: 502, body: 'gateway' },
      { status: 500, body: 'nothing of its own' },
      { body: { done: true } },
    );
    const { origin, asked } = await serve(replies);
    const { call, slept } = callTo(origin);
    const answer = await ask(serviceOf(origin), '/jobs/1', call, { isJobOut: true });
    expect(answer.body.toString()).toBe('{"done":true}');
    expect(slept).toEqual([7_000, 2_000, 4_000]);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(4).fill('GET /jobs/1'));
    expect(asked[0]?.headers.authorization).toBe(`Key ${key}`);
  });

  it.each([
    [401, 'auth', true],
    [403, 'permission', true],
    [404, 'invalid', false],
    [410, 'invalid', false],
  ])('answered %s is not asked again: %s, to be collected %s', async (status, kind, collectable) => {
    const body = { detail: `no: ${key}` };
    const { origin, asked } = await serve(inTurn({ status, body, headers: { 'x-request-id': 'r' } }));
    const { call } = callTo(origin);
    const out = await failureOf(ask(serviceOf(origin), '/jobs/1', call, { isJobOut: true }));
    expect(out).toMatchObject({ kind, charge: 'unsettled', collectable, status, requestId: 'r' });
    expect(out.headers['x-request-id']).toBe('r');
    expect(shown(out)).not.toContain(key);
    const free = await failureOf(ask(serviceOf(origin), '/prices', call));
    expect(free).toMatchObject({ kind, charge: 'none', collectable: false });
    expect(asked).toHaveLength(2);
  });

  it.each([404, 410])('answered %s by somebody else the job is still there', async (status) => {
    const { origin } = await serve(inTurn({ status, body: '<html>sign in</html>' }));
    const out = await failureOf(ask(serviceOf(origin), '/jobs/1', callTo(origin).call, { isJobOut: true }));
    expect(out).toMatchObject({ charge: 'unsettled', collectable: true, status });
  });

  it('gives up when its time is over', async () => {
    const { origin, asked } = await serve(
      inTurn({ status: 503, body: detail, headers: { 'retry-after': '9' } }),
    );
    const { call, slept } = callTo(origin, { timeoutMs: 25_000 });
    const failure = await failureOf(ask(serviceOf(origin), '/jobs/1', call, { isJobOut: true }));
    expect(failure).toMatchObject({ kind: 'busy', charge: 'unsettled', collectable: true });
    expect(failure.hint).toContain('collected, not bought again');
    expect([slept, asked.length]).toEqual([[9_000, 9_000], 3]);
  });

  it('waits out a connection that breaks, and one that hangs', async () => {
    const url = await serveRaw((socket) => socket.destroy());
    const { call, slept } = callTo(url, { timeoutMs: 14_000 });
    const broken = await failureOf(ask(serviceOf(url), '/x', call));
    expect(broken).toMatchObject({ kind: 'network', charge: 'none' });
    expect(slept).toEqual([1_000, 2_000, 4_000]);
    const silent = await serveRaw(() => {});
    const late = await failureOf(
      ask(serviceOf(silent), '/x', callTo(silent, { timeoutMs: 150 }).call, { isJobOut: true }),
    );
    expect(late).toMatchObject({ kind: 'network', charge: 'unsettled', code: 'TIMEOUT', collectable: true });
  });

  it('stops with the signal, asking and waiting', async () => {
    const stop = new AbortController();
    const silent = await serveRaw((socket) => socket.on('data', () => stop.abort()));
    const parts = { signal: stop.signal };
    const asking = await failureOf(
      ask(serviceOf(silent), '/x', callTo(silent, parts).call, { isJobOut: true }),
    );
    expect(asking).toMatchObject({ kind: 'cancelled', charge: 'unsettled', collectable: true });
    const { origin } = await serve(inTurn({ status: 503, body: detail }));
    const other = new AbortController();
    const sleep = async () => {
      other.abort();
      throw other.signal.reason;
    };
    const { call } = callTo(origin, { signal: other.signal, sleep });
    const waiting = await failureOf(ask(serviceOf(origin), '/x', call));
    expect(waiting).toMatchObject({ kind: 'cancelled', charge: 'none' });
  });

  it('sends no key elsewhere, and reads no more than it may', async () => {
    const { origin, asked } = await serve(inTurn({ body: 'x'.repeat(2_000) }));
    const away = await failureOf(
      ask(serviceOf('https://acme.test'), `${origin}/x`, callTo('https://acme.test').call, {
        isJobOut: true,
      }),
    );
    expect(away).toMatchObject({ kind: 'protocol', charge: 'unsettled', collectable: true });
    expect(asked).toEqual([]);
    const large = await failureOf(ask(serviceOf(origin), '/x', callTo(origin).call, { maxBytes: 1_000 }));
    expect(large).toMatchObject({ kind: 'protocol', charge: 'none' });
  });
});

describe('a job that is polled', () => {
  it('is looked at after a second, then less and less often', async () => {
    const { call, slept } = callTo('http://127.0.0.1:9', { timeoutMs: 60_000 });
    let looks = 0;
    const result = await pollJob(serviceOf(call.baseUrl), call, {
      everyMs: 3_000,
      look: async () => (++looks < 6 ? undefined : 'done'),
    });
    expect([result, slept]).toEqual(['done', [1_000, 1_500, 2_250, 3_000, 3_000, 3_000]]);
  });

  it('is looked at at once where it is old', async () => {
    const { call, slept } = callTo('http://127.0.0.1:9');
    const look = async () => 'done';
    expect(await pollJob(serviceOf(call.baseUrl), call, { isOld: true, look })).toBe('done');
    expect(slept).toEqual([]);
  });

  it('does not count the time in the queue, but for an hour of it', async () => {
    const { call, slept } = callTo('http://127.0.0.1:9', { timeoutMs: 20_000 });
    const states = [...Array(200).fill(queued), undefined, 'done'];
    const look = async () => states.shift();
    expect(await pollJob(serviceOf(call.baseUrl), call, { look })).toBe('done');
    const sum = () => slept.reduce((ms, one) => ms + one, 0);
    expect(sum()).toBeGreaterThan(900_000);
    const stuck = pollJob(serviceOf(call.baseUrl), call, { look: async () => queued });
    const before = sum();
    expect(await failureOf(stuck)).toMatchObject({ kind: 'network', charge: 'unsettled', collectable: true });
    expect((sum() - before) / 1000).toBeGreaterThan(3_400);
    expect((sum() - before) / 1000).toBeLessThanOrEqual(3_610);
  });

  it('may be collected later when its time is over', async () => {
    const { call, slept } = callTo('http://127.0.0.1:9', { timeoutMs: 10_000 });
    const left: number[] = [];
    const failure = await failureOf(
      pollJob(serviceOf(call.baseUrl), call, {
        look: async ({ timeoutMs = 0 }) => {
          left.push(timeoutMs);
          return undefined;
        },
      }),
    );
    expect(failure).toMatchObject({ kind: 'network', charge: 'unsettled', collectable: true });
    expect(failure.message).toContain('within 10 s');
    expect(failure.hint).toBe('run the same command again: the picture is collected, not bought again');
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(10_000);
    expect(left.every((ms, at) => ms > 0 && ms < (left[at - 1] ?? 10_000) && Number.isInteger(ms))).toBe(
      true,
    );
  });

  it('may be collected later when stopped', async () => {
    const stop = new AbortController();
    const sleep = async () => {
      stop.abort();
      throw stop.signal.reason;
    };
    const { call } = callTo('http://127.0.0.1:9', { signal: stop.signal, sleep });
    const failure = await failureOf(pollJob(serviceOf(call.baseUrl), call, { look: async () => undefined }));
    expect(failure).toMatchObject({ kind: 'cancelled', charge: 'unsettled', collectable: true });
  });
});
