import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { candidates } from '../../src/credentials/sources.ts';
import { openCredentials } from '../../src/credentials.ts';
import { type KeyEntry, type Keystore, openKeystore } from '../../src/keystore/keystore.ts';
import { openai } from '../../src/providers/openai/openai.ts';
import { openaiCompatible } from '../../src/providers/openai-compatible/openai-compatible.ts';
import { Secret } from '../../src/secret.ts';
import { fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';

const [ownKey, vendorKey] = ['sk-own-0123456789abcdef01', 'sk-vendor-0123456789abcd02'];

function entry(id: string, parts: Partial<KeyEntry> = {}): KeyEntry {
  const [provider = '', name = ''] = id.split('/');
  const facts = {
    id,
    provider,
    name,
    kind: 'stored',
    createdAtMs: 0,
    hasPrevious: false,
    isDefault: true,
  } as const;
  return { ...facts, baseUrl: 'https://api.openai.com/v1', ...parts };
}

// A store in memory that counts how often it is unlocked.
function fakeStore(entries: KeyEntry[], values: Record<string, string> = {}) {
  const store = {
    entries,
    values,
    generation: 1,
    reads: 0,
    rotate(id: string, value: string) {
      store.values[id] = value;
      store.generation += 1;
    },
  };
  const keystore = {
    entries: async () => store.entries,
    generation: async () => store.generation,
    secret: async (id: string) => {
      store.reads += 1;
      const value = store.values[id];
      return value === undefined ? undefined : new Secret(value);
    },
  } as unknown as Keystore;
  return { store, keystore };
}

function open(keystore: Keystore, env: NodeJS.ProcessEnv = {}) {
  return openCredentials({ env, clock: fakeClock(), interactive: false, keystore: async () => keystore });
}

const broken = {
  entries: async () => {
    throw new Error('the store must not be looked at');
  },
} as unknown as Keystore;

describe('which key is used', () => {
  const all = { IMGSYS_KEY_OPENAI: ownKey, OPENAI_API_KEY: vendorKey };
  const { keystore } = fakeStore([
    entry('openai/default', { tail: 'aaaa' }),
    entry('openai/team', { isDefault: false }),
  ]);

  it.each([
    ['team', all, { name: 'openai/team', source: 'option', why: 'it was named with --key' }],
    ['openai/team', all, { name: 'openai/team', source: 'option' }],
    [undefined, all, { name: 'IMGSYS_KEY_OPENAI', source: 'variable', kind: 'environment', tail: 'ef01' }],
    [
      undefined,
      { OPENAI_API_KEY: vendorKey },
      { name: 'openai/default', source: 'store', kind: 'stored', tail: 'aaaa' },
    ],
    [undefined, { IMGSYS_KEY_OPENAI: '' }, { name: 'openai/default', source: 'store' }],
  ])('--key %s with %j', async (key, env, expected) => {
    expect(await open(keystore, env).choose('openai', key)).toMatchObject(expected);
  });

  it('is that of the vendor’s variable when there is no other', async () => {
    const credential = await open(fakeStore([]).keystore, { OPENAI_API_KEY: `"${vendorKey}"\n` }).choose(
      'openai',
    );
    expect(credential).toMatchObject({ name: 'OPENAI_API_KEY', source: 'vendor-variable', tail: 'cd02' });
    expect((await credential.secret())?.reveal()).toBe(vendorKey);
  });

  it('does not need a store that works when the variable for this program is set', async () => {
    const credential = await open(broken, { IMGSYS_KEY_OPENAI: ownKey }).choose('openai');
    expect((await credential.secret())?.reveal()).toBe(ownKey);
  });

  it.each([
    ['openai', undefined, {}, 'there is no key for openai', 4],
    ['openai', 'nobody', {}, 'there is no key openai/nobody', 4],
    ['openai', 'openai-compatible/x', {}, 'there is no key', 4],
    ['openai', 'sk-proj-CANARYcanary0123456789', {}, '--key takes the name of a key', 2],
    ['opnai', undefined, {}, 'there is no provider opnai', 2],
    ['openai', undefined, { IMGSYS_KEY_OPENAI: 'CANARY one\nCANARY two' }, 'IMGSYS_KEY_OPENAI holds', 4],
    [
      'openai',
      undefined,
      { IMGSYS_KEY_OPENAI: ownKey, IMGSYS_BASE_URL_OPENAI: 'http://example.com' },
      'not encrypted',
      2,
    ],
    ['openai-compatible', undefined, { IMGSYS_KEY_OPENAI_COMPATIBLE: ownKey }, 'not where to send it', 2],
  ])('%s --key %s with %j ends in words', async (provider, key, env, message, exitCode) => {
    const chosen = open(fakeStore([]).keystore, env as NodeJS.ProcessEnv).choose(provider, key);
    const error = await chosen.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ exitCode, message: expect.stringContaining(message) });
    expect(String(error)).not.toContain('CANARY');
  });

  it.each([
    ['openai', 'add one with imgsys key add openai, or set IMGSYS_KEY_OPENAI'],
    [
      'openai-compatible',
      'add one with imgsys key add openai-compatible --base-url https://your-server.example/v1 (and --no-key where it asks for none), or set IMGSYS_KEY_OPENAI_COMPATIBLE and IMGSYS_BASE_URL_OPENAI_COMPATIBLE',
    ],
  ])('says how a key of %s is added, with the address it needs', async (provider, hint) => {
    await expect(open(fakeStore([]).keystore).choose(provider)).rejects.toMatchObject({ hint });
  });

  it('asks for a choice when none is the default', async () => {
    const { keystore } = fakeStore([entry('openai/a', { isDefault: false })]);
    await expect(open(keystore).choose('openai')).rejects.toMatchObject({
      hint: 'choose one: imgsys key use openai/a',
    });
  });

  it('lists in the order it is looked for', () => {
    const entries = [entry('openai/default')];
    expect(candidates(openai, all, entries).map(({ name }) => name)).toEqual([
      ...['IMGSYS_KEY_OPENAI', 'openai/default', 'OPENAI_API_KEY'],
    ]);
    const address = { IMGSYS_BASE_URL_OPENAI_COMPATIBLE: 'http://127.0.0.1:1/v1' };
    expect(candidates(openaiCompatible, address, []).map(({ name }) => name)).toEqual([
      'IMGSYS_BASE_URL_OPENAI_COMPATIBLE',
    ]);
    expect(candidates(openai, { IMGSYS_BASE_URL_OPENAI: 'x' }, [])).toEqual([]);
  });
});

describe('where a key may go', () => {
  const elsewhere = { IMGSYS_BASE_URL_OPENAI: 'https://gateway.example/v1' };

  it('is the address it was added with, for a stored one', async () => {
    const { keystore } = fakeStore([
      entry('openai/default'),
      entry('openai/gw', { baseUrl: 'https://gw.example/v1' }),
    ]);
    const credentials = open(keystore, { ...elsewhere, OPENAI_BASE_URL: 'https://stray.example' });
    expect((await credentials.choose('openai')).baseUrl).toBe('https://api.openai.com/v1');
    expect((await credentials.choose('openai', 'gw')).baseUrl).toBe('https://gw.example/v1');
  });

  it('is the provider’s own or the one of the environment, for one of the environment', async () => {
    const { keystore } = fakeStore([]);
    const env = {
      IMGSYS_KEY_OPENAI: ownKey,
      OPENAI_BASE_URL: 'https://stray.example',
      OPENAI_ORG_ID: 'org-stray',
    };
    const own = await open(keystore, env).choose('openai');
    expect(own.baseUrl).toBe('https://api.openai.com/v1');
    expect(own).not.toHaveProperty('organisation');
    const other = await open(keystore, { ...env, ...elsewhere }).choose('openai');
    expect(other.baseUrl).toBe('https://gateway.example/v1');
  });

  it('never changes under a key that is in use', async () => {
    const { store, keystore } = fakeStore([entry('openai/default')], { 'openai/default': 'sk-1' });
    const credential = await open(keystore).choose('openai');
    const secret = (await credential.secret()) as Secret;
    store.rotate('openai/default', 'sk-2');
    store.entries = [entry('openai/default', { baseUrl: 'https://elsewhere.example/v1' })];
    await expect(credential.again(secret)).rejects.toMatchObject({ exitCode: 4 });
  });
});

describe('a key that was refused', () => {
  const used = (text: string) => new Secret(text);

  it('is read again once the store has changed', async () => {
    const { store, keystore } = fakeStore([entry('openai/default')], { 'openai/default': 'sk-1' });
    const credential = await open(keystore).choose('openai');
    expect((await credential.secret())?.reveal()).toBe('sk-1');
    expect(await credential.again(used('sk-1'))).toBeUndefined();
    expect(store.reads).toBe(1);
    store.rotate('openai/default', 'sk-2');
    expect((await credential.again(used('sk-1')))?.reveal()).toBe('sk-2');
    expect((await credential.secret())?.reveal()).toBe('sk-2');
    expect(store.reads).toBe(2);
  });

  it('is read once by all that were refused together', async () => {
    const { store, keystore } = fakeStore([entry('openai/default')], { 'openai/default': 'sk-1' });
    const credential = await open(keystore).choose('openai');
    await Promise.all([credential.secret(), credential.secret()]);
    expect(store.reads).toBe(1);
    store.rotate('openai/default', 'sk-2');
    const answers = await Promise.all(Array.from({ length: 16 }, () => credential.again(used('sk-1'))));
    expect(new Set(answers.map((secret) => secret?.reveal()))).toEqual(new Set(['sk-2']));
    expect(store.reads).toBe(2);
    expect((await credential.again(used('sk-1')))?.reveal()).toBe('sk-2');
    expect(store.reads).toBe(2);
  });

  it('stays refused when the change was about something else', async () => {
    const { store, keystore } = fakeStore([entry('openai/default')], { 'openai/default': 'sk-1' });
    const credential = await open(keystore).choose('openai');
    await credential.secret();
    store.rotate('openai/other', 'sk-9');
    expect(await credential.again(used('sk-1'))).toBeUndefined();
    expect(await credential.again(used('sk-1'))).toBeUndefined();
    expect(store.reads).toBe(2);
  });

  it('is asked for again where it is kept elsewhere, once', async () => {
    const reference = entry('openai/default', { kind: 'reference', reference: 'env:KEY_OF_MINE' });
    const { store, keystore } = fakeStore([reference]);
    const env: NodeJS.ProcessEnv = { KEY_OF_MINE: 'sk-1' };
    const credential = await open(keystore, env).choose('openai');
    expect((await credential.secret())?.reveal()).toBe('sk-1');
    expect(await credential.again(used('sk-1'))).toBeUndefined();
    env.KEY_OF_MINE = 'sk-2';
    expect(await credential.again(used('sk-1'))).toBeUndefined();
    store.generation += 1;
    expect((await credential.again(used('sk-1')))?.reveal()).toBe('sk-2');
  });

  it('follows a rotation from a key to a reference', async () => {
    const { store, keystore } = fakeStore([entry('openai/default')], { 'openai/default': 'sk-1' });
    const credential = await open(keystore, { KEY_OF_MINE: 'sk-2' }).choose('openai');
    await credential.secret();
    store.values = {};
    store.entries = [entry('openai/default', { kind: 'reference', reference: 'env:KEY_OF_MINE' })];
    store.generation += 1;
    expect((await credential.again(used('sk-1')))?.reveal()).toBe('sk-2');
  });

  it('has no other when it comes from the environment', async () => {
    const env: NodeJS.ProcessEnv = { IMGSYS_KEY_OPENAI: ownKey };
    const credential = await open(broken, env).choose('openai');
    expect(await credential.again(used(ownKey))).toBeUndefined();
  });

  it('is asked for anew after a reading that failed', async () => {
    const { keystore, store } = fakeStore([entry('openai/default')], { 'openai/default': 'sk-1' });
    let failures = 1;
    const flaky = {
      ...keystore,
      generation: async () => {
        if (failures-- > 0) throw new Error('disk asleep');
        return store.generation;
      },
    };
    const credential = await open(flaky).choose('openai');
    await expect(credential.secret()).rejects.toThrow('disk asleep');
    expect((await credential.secret())?.reveal()).toBe('sk-1');
  });
});

describe('a real store', () => {
  it('hands a running batch the key that another process rotated in', async () => {
    const file = join(await tempFolder(), 'data', 'keystore.json');
    const open = (passphrase = 'correct horse battery') =>
      openKeystore(
        file,
        { env: { IMGSYS_PASSPHRASE: passphrase }, say: () => {}, interactive: false },
        fakeClock(),
      );
    const key = { provider: 'openai', name: 'default', secret: new Secret('sk-old-0123456789abcdef') };
    await open().add({ ...key, makeDefault: true, baseUrl: 'https://api.openai.com/v1' });

    const store = open();
    const credential = await openCredentials({
      ...{ env: {}, clock: fakeClock(), interactive: false, keystore: async () => store },
    }).choose('openai');
    const used = (await credential.secret()) as Secret;
    expect(used.reveal()).toBe('sk-old-0123456789abcdef');
    expect(await credential.again(used)).toBeUndefined();
    await open().rotate('openai/default', { secret: new Secret('sk-new-0123456789abcdef') });
    expect((await credential.again(used))?.reveal()).toBe('sk-new-0123456789abcdef');
  });
});
