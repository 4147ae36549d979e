// What every provider's `enhance` must do, against its own service's answers over real HTTP.
import { describe, expect, it } from 'vitest';
import { readLimits } from '../../../src/pool/read-limits.ts';
import { enhanceProviders } from '../../../src/providers/enhance-providers.ts';
import { heldDeadlines } from '../../helpers/deadlines.ts';
import { type Other, undecoded } from '../../helpers/plays/play.ts';
import type { Reply } from '../service/server.ts';
import { expectNoKey, failingOf, stageOf } from './contract.ts';
import { table } from './table.ts';

it('every provider that makes pictures for money is in the table', () => {
  expect(table.map(({ edits }) => edits.id)).toEqual(enhanceProviders.map(({ id }) => id));
});

const kept = (reply: Reply): Reply => ({ ...reply, headers: { 'x-kept': 'yes', ...reply.headers } });

describe.each(table.map((played) => [played.edits.id, played] as const))('%s', (_id, played) => {
  const { play, edits, request, keyHeaders, refusals, waits, addressed } = played;
  // Instead of the answer to an order.
  const ordered = async (other: Other | (() => Other), parts = {}) => {
    const stage = await stageOf(played, parts);
    stage.server.instead((asked) => {
      if (!play.isOrder(asked)) return undefined;
      return typeof other === 'function' ? other() : other;
    });
    return stage;
  };

  it('brings the picture, and says once that it is sent, before the first byte of what costs', async () => {
    const order: string[] = [];
    const stage = await stageOf(played, {
      beforeSend: async () => void order.push(`sent after ${stage.server.orders.length}`),
    });
    const result = await edits.enhance(request, stage.call);
    expect(result.bytes.equals(undecoded)).toBe(true);
    expect(order).toEqual(['sent after 0']);
    expect(stage.server.orders).toHaveLength(1);
    expect(stage.server.orders[0]?.picture.equals(request.image.bytes)).toBe(true);
    expect(result.headers['content-type']).toMatch(/^(?:image\/png|application\/json)/);
    expect(result.requestId).toMatch(/^\S+$/);
    expectNoKey(result);
  });

  it('sends the key in its own header, and in no other place', async () => {
    const { call, server } = await stageOf(played);
    await edits.enhance(request, call);
    const ordering = server.asked.filter(({ method }) => method === 'POST');
    expect(ordering).toHaveLength(1);
    expect(ordering[0]?.headers).toMatchObject(keyHeaders);
    for (const { url, headers, body } of server.asked) {
      const others = Object.entries(headers).filter(([name]) => !Object.hasOwn(keyHeaders, name));
      expect(`${url} ${JSON.stringify(others)}`).not.toContain('CANARY');
      expect(body.includes('CANARY')).toBe(false);
      expect(headers['user-agent']).toBe('imgsys');
    }
  });

  it.each(refusals)('answered with %j fails as %s, for nothing', async (reply, kind) => {
    const stage = await ordered(kept(reply));
    const failure = await failingOf(played, stage);
    expect(failure).toMatchObject({ kind, charge: 'none', collectable: false, uploadBroken: false });
    expect([failure.provider, failure.status]).toEqual([edits.id, reply.status ?? 200]);
    expect(failure.headers['x-kept']).toBe('yes');
    // Neither it nor anything else is asked again.
    expect([stage.server.asked.length, stage.steps]).toEqual([1, ['sent']]);
  });

  it('knows all kinds of refusals', () => {
    const known = new Set(refusals.map(([, kind]) => kind));
    for (const kind of ['auth', 'permission', 'quota', 'rate', 'busy', 'refused', 'invalid'] as const) {
      expect(known).toContain(kind);
    }
    const busy = refusals.filter(([, kind]) => kind === 'busy').map(([{ status }]) => status);
    expect(busy).toEqual(expect.arrayContaining([500, 503]));
  });

  it.each(waits)('answered with %j says to wait for %i ms', async (reply, waitMs) => {
    const { kind, headers, message } = await failingOf(played, await ordered(reply));
    expect(kind).toBe('rate');
    expect(readLimits(headers, message, 0).waitMs).toBe(waitMs);
  });

  it.each([
    [502, '<html>502 Bad Gateway'],
    [504, ''],
    [524, '{"error":"origin timed out"}'],
    [500, '<html>oops'],
    [503, 'Service Unavailable'],
  ])('a gateway’s %i %j may have cost', async (status, body) => {
    const failure = await failingOf(played, await ordered(kept({ status, body })));
    expect(failure).toMatchObject({ kind: 'busy', charge: 'unsettled', status, collectable: false });
    expect(failure.headers['x-kept']).toBe('yes');
    expect(failure.hint).toContain('imgsys usage --unsettled');
  });

  it.each<readonly [string, Reply]>([
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<html>Sign in' }],
    ['nothing', { body: '' }],
    ['something else', { body: { hello: 1 } }],
    ['half of it', { body: '{"data":[{"b64' }],
  ])('a 200 that holds %s is paid for, and kept', async (_what, reply) => {
    const stage = await ordered(kept(reply));
    const failure = await failingOf(played, stage);
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'paid', status: 200, collectable: false });
    expect(failure.evidence).toBeDefined();
    expect(failure.headers['x-kept']).toBe('yes');
    expect(stage.server.asked).toHaveLength(1);
  });

  it('a redirect is not followed, and costs nothing', async () => {
    const stage = await ordered({ status: 307, headers: { location: '/elsewhere' } });
    expect(await failingOf(played, stage)).toMatchObject({
      kind: 'protocol',
      charge: 'none',
      code: 'REDIRECT',
    });
    expect(stage.server.asked).toHaveLength(1);
  });

  it('stopped before it is sent, sends nothing', async () => {
    const stage = await stageOf(played, { signal: AbortSignal.abort() });
    expect(await failingOf(played, stage)).toMatchObject({ kind: 'cancelled', charge: 'none' });
    expect([stage.server.asked, stage.steps]).toEqual([[], []]);
  });

  it('sends nothing where it cannot be noted, and says why', async () => {
    const full = new Error('the disk is full');
    const { server, call } = await stageOf(played, { beforeSend: () => Promise.reject(full) });
    await expect(edits.enhance(request, call)).rejects.toBe(full);
    expect(server.asked).toEqual([]);
  });

  it('stopped once it was sent, it may have cost', async () => {
    const stop = new AbortController();
    const hanging = () => {
      stop.abort();
      return 'hang' as const;
    };
    const failure = await failingOf(played, await ordered(hanging, { signal: stop.signal }));
    expect(failure).toMatchObject({ kind: 'cancelled', charge: 'unsettled', collectable: false });
  });

  it.each<readonly [Other, object]>([
    ['hang', { code: 'TIMEOUT' }],
    ['cut', { headers: { 'x-kept': 'yes' } }],
    ['drop', { uploadBroken: false }],
  ])('without a whole answer (%s) it may have cost, and is not sent again', async (other, facts) => {
    const { come } = heldDeadlines();
    const stage = await ordered(() => {
      if (other === 'hang') come();
      return other;
    });
    const failure = await failingOf(played, stage);
    expect(failure).toMatchObject({ kind: 'network', charge: 'unsettled', collectable: false, ...facts });
    expect(failure.requestId).toMatch(/^\S+$/);
    expect([stage.server.asked.length, stage.steps]).toEqual([1, ['sent']]);
  });

  it('that nobody answers costs nothing', async () => {
    const stage = await stageOf(played, { baseUrl: 'http://127.0.0.1:1/v1' });
    expect(await failingOf(played, stage)).toMatchObject({ kind: 'network', charge: 'none' });
  });

  it
    .runIf(addressed !== undefined)
    .each([
      'https://10.0.0.1/a.png',
      'https://169.254.169.254/latest/meta-data',
      'https://[::1]/a.png',
      'https://localhost/a.png',
      'http://example.com/a.png',
      'OTHER/a.png',
    ])('does not fetch a picture from %s', async (address) => {
    const other = await stageOf(played);
    const stage = await stageOf(played);
    const url = address.replace('OTHER', other.server.baseUrl);
    stage.server.instead((asked) => (addressed?.isIt(asked) ? addressed.at(url) : undefined));
    const failure = await failingOf(played, stage);
    expect(failure.message).toContain('was not fetched');
    // It was made; what may be had another day stays unsettled with its job, and what is lost for good is paid for.
    expect(failure.charge).not.toBe('none');
    expect(failure.collectable).toBe(failure.charge === 'unsettled');
    if (played.job !== request) expect(failure.charge).toBe('paid');
    expect(stage.steps.at(-1)).toMatch(/^answer /);
    expect(other.server.asked).toEqual([]);
  });
});
