import { describe, expect, it } from 'vitest';
import { resolveKey } from '../../src/credentials/resolve-key.ts';
import { openStoredKey } from '../../src/credentials/stored-key.ts';
import type { KeyEntry, Keystore } from '../../src/keystore/keystore.ts';
import { parseReference } from '../../src/references/references.ts';
import { fakeClock } from '../helpers/clock.ts';

const resolve = (value: string) =>
  resolveKey(parseReference('env:MY_KEY'), {
    env: { MY_KEY: value },
    clock: fakeClock(),
    interactive: false,
  });

describe('the key that a reference leads to', () => {
  it('is cleaned as a typed one', async () => {
    expect((await resolve(' "sk-x" ')).reveal()).toBe('sk-x');
  });

  it.each([
    ['CANARY one', 'blanks'],
    ['CANARYé', 'characters that no key has'],
    ['CANARY\u0007', 'control characters'],
    ['CANARY'.repeat(12_000), 'longer than 64 KiB'],
    ['""', 'holds no key'],
  ])('is refused, %#, without repeating it', async (value, reason) => {
    const error: unknown = await resolve(value).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exitCode: 4, message: expect.stringContaining(reason) });
    expect(error).toMatchObject({ message: expect.stringContaining('no usable key from env:MY_KEY: it ') });
    expect(String(error)).not.toContain('CANARY');
  });

  it('is refused also when the reference was stored before', async () => {
    const facts = { id: 'openai/a', provider: 'openai', name: 'a', createdAtMs: 0, hasPrevious: false };
    const entry: KeyEntry = { ...facts, kind: 'reference', reference: 'env:MY_KEY', isDefault: true };
    const keystore = {
      entries: async () => [entry],
      generation: async () => 1,
      secret: async () => undefined,
    } as unknown as Keystore;
    const stored = {
      ...{ env: { MY_KEY: 'CANARY one' }, clock: fakeClock(), interactive: false, resolver: undefined },
      keystore: async () => keystore,
    };
    await expect(openStoredKey(entry, stored).secret()).rejects.toMatchObject({ exitCode: 4 });
  });
});
