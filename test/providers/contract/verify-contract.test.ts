// What every provider's `verify` must do, and that all that is asked holds to the service's published contract.
import { describe, expect, it } from 'vitest';
import { keyProviders } from '../../../src/providers/key-providers.ts';
import { hasShared } from '../../helpers/shared.ts';
import type { Asked, Reply } from '../service/server.ts';
import { expectNoKey, stageOf } from './contract.ts';
import { table } from './table.ts';

it('every provider with keys is in the table', () => {
  expect(table.map(({ keys }) => keys.id).sort()).toEqual(keyProviders.map(({ id }) => id).sort());
});

const rows = table.map((played) => [played.keys.id, played] as const);
const asking = rows.filter(([, { verdicts }]) => verdicts !== undefined);

describe.each(asking)('%s: verify', (_id, played) => {
  const { keys, keyHeaders, play, verdicts = [] } = played;
  const strange: readonly (readonly [Reply, 'unknown'])[] = [
    [{ status: 502, body: '<html>' }, 'unknown'],
    [{ status: 401, headers: { 'content-type': 'text/html' }, body: '<html>Sign in' }, 'unknown'],
    [{ body: '<html>Sign in' }, 'unknown'],
    [{ body: { hello: 1 } }, 'unknown'],
    [{ status: 302, headers: { location: 'https://example.com/' } }, 'unknown'],
  ];

  it('accepts a good key, by free questions alone', async () => {
    const { call, server, steps } = await stageOf(played);
    const verdict = await keys.verify(call);
    expect(verdict).toMatchObject({ kind: 'valid', nextStep: '' });
    expect(server.asked[0]?.headers).toMatchObject(keyHeaders);
    for (const asked of server.asked) {
      expect(asked.method).toBe('GET');
      expect(asked.url).not.toContain('CANARY');
      expect(play.isOrder({ ...asked, path: asked.url })).toBe(false);
    }
    expect(steps).toEqual([]);
  });

  it.each([...verdicts, ...strange])('answered with %j is %s', async (reply, kind) => {
    const { call, server } = await stageOf(played);
    server.instead(() => reply);
    const verdict = await keys.verify(call);
    expect(verdict.kind).toBe(kind);
    expect(verdict.sentence).toMatch(/^.{8,}[^.]$/);
    expect(verdict.nextStep).not.toBe('');
    expectNoKey(verdict);
    expect(server.asked.every(({ method }) => method === 'GET')).toBe(true);
    expect(server.asked.length).toBeLessThanOrEqual(2);
  });

  it('knows a wrong key, one without permission and one that is asked too often', () => {
    const known = verdicts.map(([, kind]) => kind);
    expect(known).toEqual(expect.arrayContaining(['invalid', 'no-permission', 'limited']));
  });

  it.each([
    'drop',
    'hang',
    'cut',
  ] as const)('calls no key wrong for what the network does (%s)', async (how) => {
    const { call, server } = await stageOf(played, { timeoutMs: 300 });
    server.instead(() => how);
    const verdict = await keys.verify(call);
    expect(verdict.kind).toBe('unknown');
    expectNoKey(verdict);
  });

  it('calls no key wrong where nobody answers', async () => {
    const { call } = await stageOf(played, { baseUrl: 'http://127.0.0.1:1/v1' });
    expect((await keys.verify(call)).kind).toBe('unknown');
  });

  it('gives up when the caller does', async () => {
    const { call } = await stageOf(played, { signal: AbortSignal.abort(new Error('stopped by the user')) });
    await expect(keys.verify(call)).rejects.toThrow('stopped by the user');
  });
});

describe.each(rows.filter(([, { verdicts }]) => verdicts === undefined))('%s: verify', (_id, played) => {
  it('asks nobody, and says that it cannot tell', async () => {
    const { call, server } = await stageOf(played);
    expect(played.keys.canVerify).toBe(false);
    const verdict = await played.keys.verify(call);
    expect(verdict.kind).toBe('unknown');
    expect(verdict.sentence).toContain('no free way');
    expect(verdict.nextStep).toContain('imgsys enhance');
    expectNoKey(verdict);
    expect(server.asked).toEqual([]);
  });
});

const published = rows.filter(([, { checker }]) => checker !== undefined);

describe.skipIf(!hasShared)('what is asked holds to the published contract (needs the shared data)', () => {
  it.each(published)('of %s', async (_id, played) => {
    const { call, server } = await stageOf(played);
    await played.keys.verify(call);
    await played.edits.enhance(played.request, call);
    const checker = await played.checker?.();
    if (checker === undefined) throw new Error('no checker');
    // Whether a server shows its models to anybody is asked without a key.
    const [name = ''] = Object.keys(played.keyHeaders);
    const withKey = server.asked.filter(({ headers }) => headers[name] !== undefined);
    for (const asked of withKey) await replay(asked, played.play.base, checker.baseUrl);
    const breaches = [...checker.breaches];
    await checker.stop();
    expect(breaches).toEqual([]);
  });
});

// The same request once more, to whoever holds it to the contract.
async function replay({ method, url, headers, body }: Asked, base: string, baseUrl: string): Promise<void> {
  if (base !== '' && !url.startsWith(`${base}/`)) return;
  const same = Object.entries(headers).filter(([name]) => !hopByHop.has(name));
  const answer = await fetch(`${baseUrl}${url.slice(base.length)}`, {
    ...{ method, headers: same as [string, string][] },
    ...(body.length > 0 && { body: body as Buffer<ArrayBuffer> }),
  });
  await answer.arrayBuffer();
}

const hopByHop: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);
