import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { Secret } from '../../src/secret.ts';
import { apiKey, keyFileStore, newFile, openAiKey, refusal, storeAt } from './stores.ts';

const dayMs = 24 * 3_600_000;
const next = { secret: new Secret('sk-proj-next-4f9a0b7c2d1e-AbC1'), verdict: 'valid' };

async function store(nowMs = () => 1_800_000_000_000) {
  const { file } = await keyFileStore();
  return storeAt(file, { clock: { ...systemClock, now: nowMs } });
}

describe('keys', () => {
  it('are none where there is no file', async () => {
    const none = storeAt(await newFile());
    expect(await none.entries()).toEqual([]);
    expect(await none.generation()).toBe(0);
    expect(await none.slots()).toEqual([]);
    expect((await refusal(none.secret('openai/default'))).exitCode).toBe(2);
    expect((await refusal(none.remove('openai/default'))).exitCode).toBe(2);
  });

  it('come back as they were added', async () => {
    const keys = await store();
    const added = await keys.add({
      ...{ provider: 'openai', name: 'team-b', secret: new Secret('short'), makeDefault: true },
      ...{
        baseUrl: 'https://api.openai.com/v1',
        organisation: 'org-1',
        project: 'proj-1',
        verdict: 'limited',
      },
    });
    expect(added).toEqual({
      ...{ id: 'openai/team-b', provider: 'openai', name: 'team-b', kind: 'stored', isDefault: true },
      ...{ baseUrl: 'https://api.openai.com/v1', organisation: 'org-1', project: 'proj-1' },
      ...{
        createdAtMs: 1_800_000_000_000,
        verdict: 'limited',
        verdictAtMs: 1_800_000_000_000,
        hasPrevious: false,
      },
    });
    expect((await keys.entries()).map(({ id, isDefault }) => [id, isDefault])).toEqual([
      ['openai/default', false],
      ['openai/team-b', true],
    ]);
    expect((await keys.secret('openai/team-b'))?.reveal()).toBe('short');
    expect((await keys.secret('openai/default'))?.reveal()).toBe(apiKey);
  });

  it('may be references, or none at all', async () => {
    const keys = await store();
    const reference = await keys.add({
      provider: 'fal',
      name: 'x',
      reference: 'pass:fal',
      makeDefault: false,
    });
    const none = await keys.add({ provider: 'openai-compatible', name: 'lan', makeDefault: false });
    expect([reference.kind, reference.reference, none.kind]).toEqual(['reference', 'pass:fal', 'no-key']);
    expect(await keys.secret('fal/x')).toBeUndefined();
    expect(await keys.secret('openai-compatible/lan')).toBeUndefined();
    expect([reference.isDefault, none.isDefault]).toEqual([true, true]);
  });

  it.each([
    ['openai', 'default', 'already'],
    ['OpenAI', 'x', 'not a provider'],
    ['openai/x', 'x', 'not a provider'],
    ['openai', '', 'cannot be the name'],
    ['openai', '../x', 'cannot be the name'],
    ['openai', '-x', 'cannot be the name'],
    ['openai', 'a\u202eb', 'a\\u{202e}b cannot'],
    ['openai', 'x'.repeat(65), 'cannot be the name'],
  ])('are refused as %s %s', async (provider, name, why) => {
    const keys = await store();
    const before = await keys.generation();
    const error = await refusal(
      keys.add({ provider, name, secret: new Secret('value'), makeDefault: false }),
    );
    expect([error.exitCode, error.message]).toEqual([2, expect.stringContaining(why)]);
    expect(await keys.generation()).toBe(before);
  });

  it('count the saves', async () => {
    const keys = await store();
    const before = await keys.generation();
    await keys.noteVerdict('openai/default', 'no-funds', 5);
    expect(await keys.generation()).toBe(before + 1);
    const [entry] = await keys.entries();
    expect([entry?.verdict, entry?.verdictAtMs]).toEqual(['no-funds', 5]);
  });

  it('are removed with what they held', async () => {
    const keys = await store();
    await keys.rotate('openai/default', next);
    await keys.remove('openai/default');
    expect(await keys.entries()).toEqual([]);
    await keys.add(openAiKey());
    expect(await keys.previous('openai/default')).toBeUndefined();
  });

  it('have one default a provider', async () => {
    const keys = await store();
    await keys.add({ ...openAiKey('b'), makeDefault: false });
    await keys.add({ provider: 'fal', name: 'f', secret: new Secret('value'), makeDefault: false });
    await keys.makeDefault('openai/b');
    const defaults = async () =>
      (await keys.entries()).filter(({ isDefault }) => isDefault).map(({ id }) => id);
    expect(await defaults()).toEqual(['openai/b', 'fal/f']);
    // Whoever pays next is not for the store to choose.
    await keys.remove('openai/b');
    expect(await defaults()).toEqual(['fal/f']);
    expect((await refusal(keys.makeDefault('openai/b'))).message).toBe('there is no key openai/b');
  });

  it('are seen by a store that is open elsewhere, after the next save', async () => {
    const { file } = await keyFileStore();
    const [one, two] = [storeAt(file), storeAt(file)];
    expect((await one.secret('openai/default'))?.reveal()).toBe(apiKey);
    await two.rotate('openai/default', next);
    expect((await one.secret('openai/default'))?.equals(next.secret)).toBe(true);
    await one.add(openAiKey('b'));
    expect((await two.entries()).map(({ id }) => id)).toEqual(['openai/default', 'openai/b']);
  });
});

describe('rotation', () => {
  it('keeps the previous key, tells the new tail and time', async () => {
    const keys = await store();
    const entry = await keys.rotate('openai/default', next);
    expect(entry).toMatchObject({
      tail: 'AbC1',
      rotatedAtMs: 1_800_000_000_000,
      hasPrevious: true,
      verdict: 'valid',
    });
    expect((await keys.secret('openai/default'))?.equals(next.secret)).toBe(true);
    expect((await keys.previous('openai/default'))?.reveal()).toBe(apiKey);
  });

  it('rolls back, and forward again', async () => {
    const keys = await store();
    await keys.rotate('openai/default', next);
    const back = await keys.rollback('openai/default');
    expect([back.tail, back.hasPrevious, back.verdict]).toEqual(['XyZ9', true, undefined]);
    expect((await keys.secret('openai/default'))?.reveal()).toBe(apiKey);
    expect((await keys.rollback('openai/default')).tail).toBe('AbC1');
  });

  it('drops the previous key when confirmed', async () => {
    const keys = await store();
    await keys.rotate('openai/default', next);
    expect((await keys.confirm('openai/default')).hasPrevious).toBe(false);
    expect(await keys.previous('openai/default')).toBeUndefined();
    const gone = await refusal(keys.rollback('openai/default'));
    expect([gone.exitCode, gone.message]).toEqual([2, expect.stringContaining('--confirm or after 7 days')]);
    expect((await refusal(keys.confirm('openai/default'))).exitCode).toBe(2);
    await keys.rotate('openai/default', { secret: new Secret(apiKey) });
    expect((await keys.previous('openai/default'))?.equals(next.secret)).toBe(true);
  });

  it('is refused while the previous key is kept: that may be the last one that works', async () => {
    let now = 1_800_000_000_000;
    const keys = await store(() => now);
    expect((await refusal(keys.rollback('openai/default'))).message).toContain('never rotated');
    await keys.rotate('openai/default', next);
    const third = { secret: new Secret('sk-proj-third-0123456789-CcC3') };
    const before = await keys.generation();
    const error = await refusal(keys.rotate('openai/default', third));
    expect([error.exitCode, error.hint]).toEqual([2, expect.stringMatching(/--confirm.*--rollback/)]);
    expect(await keys.generation()).toBe(before);
    expect((await keys.previous('openai/default'))?.reveal()).toBe(apiKey);
    now += 7 * dayMs + 1;
    expect((await keys.rotate('openai/default', third)).tail).toBe('CcC3');
    expect((await keys.previous('openai/default'))?.equals(next.secret)).toBe(true);
  });

  it('is refused, as is the way back, when another process changed the key meanwhile', async () => {
    const { file } = await keyFileStore();
    const [one, two] = [storeAt(file), storeAt(file)];
    const [seen] = await one.entries();
    await two.noteVerdict('openai/default', 'valid', 5);
    await two.rotate('openai/default', next, seen);
    const mine = { secret: new Secret('sk-proj-mine-0123456789-MmM4') };
    const before = await one.generation();
    for (const change of [
      () => one.rotate('openai/default', mine, seen),
      () => one.rollback('openai/default', seen),
      () => one.confirm('openai/default', seen),
    ]) {
      const error = await refusal(change());
      expect([error.exitCode, error.message]).toEqual([11, expect.stringContaining('changed meanwhile')]);
    }
    expect(await one.generation()).toBe(before);
    await two.remove('openai/default');
    await two.add(openAiKey());
    expect((await refusal(one.rotate('openai/default', mine, seen))).exitCode).toBe(11);
  });

  it('drops the previous key after 7 days', async () => {
    let now = 1_800_000_000_000;
    const keys = await store(() => now);
    await keys.rotate('openai/default', next);
    now += 7 * dayMs;
    expect((await keys.entries())[0]?.hasPrevious).toBe(true);
    now += 1;
    expect((await keys.entries())[0]?.hasPrevious).toBe(false);
    expect(await keys.previous('openai/default')).toBeUndefined();
    expect((await refusal(keys.rollback('openai/default'))).message).toContain('no previous key');
    // The next save, whatever it is, takes it off the disk: going back in time does not find it.
    await keys.noteVerdict('openai/default', 'valid', now);
    now = 1_800_000_000_000;
    expect((await keys.entries())[0]?.hasPrevious).toBe(false);
    expect(await keys.previous('openai/default')).toBeUndefined();
  });

  it('refuses the key in use', async () => {
    const keys = await store();
    const before = await keys.generation();
    const error = await refusal(keys.rotate('openai/default', { secret: new Secret(apiKey) }));
    expect(error.message).toContain('is the one in use');
    expect((await refusal(keys.rotate('openai/default', {}))).exitCode).toBe(2);
    expect(await keys.generation()).toBe(before);
  });

  it('goes from a key to a reference, to another, and back', async () => {
    const keys = await store();
    const first = await keys.rotate('openai/default', { reference: 'pass:a' });
    expect(first).toMatchObject({ kind: 'reference', reference: 'pass:a', hasPrevious: true });
    expect([first.tail, await keys.secret('openai/default')]).toEqual([undefined, undefined]);
    expect((await keys.previous('openai/default'))?.reveal()).toBe(apiKey);
    await keys.confirm('openai/default');
    const second = await keys.rotate('openai/default', { reference: 'pass:b' });
    expect([second.reference, second.previousReference]).toEqual(['pass:b', 'pass:a']);
    expect(await keys.previous('openai/default')).toBeUndefined();
    expect(await keys.rollback('openai/default')).toMatchObject({ kind: 'reference', reference: 'pass:a' });
    expect((await keys.confirm('openai/default')).previousReference).toBeUndefined();
    const third = await keys.rotate('openai/default', next);
    expect(third).toMatchObject({ kind: 'stored', tail: 'AbC1', previousReference: 'pass:a' });
    expect(third.reference).toBeUndefined();
    expect((await keys.rollback('openai/default')).kind).toBe('reference');
    expect((await keys.rollback('openai/default')).kind).toBe('stored');
    expect((await keys.secret('openai/default'))?.equals(next.secret)).toBe(true);
  });

  it('has nothing to rotate where there is no key', async () => {
    const keys = await store();
    await keys.add({ provider: 'openai-compatible', name: 'lan', makeDefault: false });
    expect((await refusal(keys.rotate('openai-compatible/lan', next))).exitCode).toBe(2);
  });
});

describe('a listing', () => {
  it('is refused for a damaged file rather than empty', async () => {
    const { file } = await keyFileStore();
    await writeFile(file, '{"format":"imgsys-keystore","version":1');
    const error = await refusal(storeAt(file).entries());
    expect([error.exitCode, error.hint]).toEqual([12, expect.stringContaining('mv ')]);
  });
});
