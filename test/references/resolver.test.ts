import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { redactor } from '../../src/redact.ts';
import { parseReference } from '../../src/references/references.ts';
import { createResolver } from '../../src/references/resolver.ts';
import { Secret } from '../../src/secret.ts';
import { standIns } from './stand-in.ts';

const reference = parseReference('pass:imgsys/openai');

async function setUp(prints: string) {
  const tools = await standIns();
  await tools.tool('pass', { stdout: prints });
  const resolver = createResolver({ env: { PATH: tools.path }, clock: systemClock, interactive: false });
  return { tools, resolver, count: async () => (await tools.calls('pass')).length };
}

describe('createResolver', () => {
  it('asks once, however many ask', async () => {
    const { resolver, count } = await setUp('first-key-0123456789');
    const secrets = await Promise.all(Array.from({ length: 20 }, () => resolver.resolve(reference)));
    secrets.push(await resolver.resolve(parseReference('pass:imgsys/openai')));
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]?.reveal()).toBe('first-key-0123456789');
    expect(await count()).toBe(1);
  });

  it('teaches the redactor', async () => {
    const { resolver } = await setUp('plain-words-as-a-key');
    await resolver.resolve(reference);
    expect(redactor.redact('it was plain-words-as-a-key!')).toBe('it was [secret]!');
  });

  it('asks anew after forget, once for all that were refused together', async () => {
    const { tools, resolver, count } = await setUp('first-key-0123456789');
    const first = await resolver.resolve(reference);
    await tools.tool('pass', { stdout: 'second-key-012345678' });
    expect(await resolver.resolve(reference)).toBe(first);
    resolver.forget(reference, first);
    const second = resolver.resolve(reference);
    resolver.forget(reference, first);
    expect((await second).reveal()).toBe('second-key-012345678');
    resolver.forget(reference, first);
    expect(await resolver.resolve(reference)).toBe(await second);
    expect(await count()).toBe(2);
    resolver.forget(reference);
    await resolver.resolve(reference);
    expect(await count()).toBe(3);
  });

  it('keeps no failure', async () => {
    const { tools, resolver, count } = await setUp('');
    const both = await Promise.allSettled([resolver.resolve(reference), resolver.resolve(reference)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await count()).toBe(1);
    await tools.tool('pass', { stdout: 'first-key-0123456789' });
    expect((await resolver.resolve(reference)).equals(new Secret('first-key-0123456789'))).toBe(true);
  });

  it('tells references apart', async () => {
    const resolver = createResolver({
      env: { A: 'key-a', B: 'key-b' },
      clock: systemClock,
      interactive: false,
    });
    const [a, b] = await Promise.all(
      ['env:A', 'env:B'].map((text) => resolver.resolve(parseReference(text))),
    );
    expect([a?.reveal(), b?.reveal()]).toEqual(['key-a', 'key-b']);
    resolver.forget(parseReference('env:C'));
  });
});
