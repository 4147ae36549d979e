import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/keystore/canonical.ts';
import { keyFromFile } from '../../src/keystore/derive.ts';
import { type Document, findSlot, parseDocument } from '../../src/keystore/document.ts';
import { openPayload, unwrapKey } from '../../src/keystore/vault.ts';
import { Secret } from '../../src/secret.ts';
import {
  apiKey,
  fakeKeyring,
  keyFileStore,
  newFile,
  openAiKey,
  passphrase,
  refusal,
  storeAt,
  withPassphrase,
} from './stores.ts';

describe('a store written by version 1', () => {
  const vector = fileURLToPath(new URL('vectors/version-1.json', import.meta.url));
  const vectorPassphrase = 'vier zufällige Wörter ﬁnden';
  // Long past, so that nothing of it has expired.
  const clock = { now: () => 1795210000001, monotonicMs: () => 0, sleep: async () => {} };

  async function vectorFile(): Promise<string> {
    const file = await newFile();
    await mkdir(dirname(file), { mode: 0o700 });
    await copyFile(vector, file);
    await chmod(file, 0o600);
    return file;
  }

  async function expectContent(store: ReturnType<typeof storeAt>): Promise<void> {
    expect((await store.secret('openai/default'))?.reveal()).toBe('sk-test-vector-current-Wx12');
    expect((await store.previous('openai/default'))?.reveal()).toBe('sk-test-vector-previous-Ab34');
    expect(await store.secret('openai/team-b')).toBeUndefined();
    expect(await store.secret('openai-compatible/lan')).toBeUndefined();
  }

  it('opens for ever by passphrase', async () => {
    await expectContent(storeAt(await vectorFile(), { clock, ...withPassphrase(vectorPassphrase) }));
  });

  it('opens for ever by the keychain', async () => {
    const keyring = fakeKeyring();
    keyring.items.set(
      'master:7d0f5a52-6c1e-4b0e-9b55-0d1c4f3a2b10',
      '//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=',
    );
    await expectContent(storeAt(await vectorFile(), { clock, keyring }));
  });

  it('opens for ever by key file', async () => {
    const document = parseDocument(await readFile(vector, 'utf8'), vector);
    const slot = findSlot(document.slots, 'keyfile');
    if (slot === undefined) throw new Error('the vector has a key file slot');
    const slotKey = keyFromFile(Buffer.from('a key file of more than thirty-two bytes\n'), document.id);
    const dataKey = unwrapKey(document.id, slot, slotKey);
    if (dataKey === undefined) throw new Error('the slot does not open');
    expect(openPayload(document, dataKey, vector).get('openai/default')?.current).toMatch(/Wx12$/);
  });

  it('lists its keys without any of them', async () => {
    const store = storeAt(await vectorFile(), { clock });
    expect(await store.generation()).toBe(7);
    expect((await store.entries()).map(({ id, kind, isDefault }) => [id, kind, isDefault])).toEqual([
      ['openai/default', 'stored', true],
      ['openai/team-b', 'reference', false],
      ['openai-compatible/lan', 'no-key', true],
    ]);
    expect((await store.slots()).map(({ type }) => type)).toEqual(['keyring', 'passphrase', 'keyfile']);
  });

  it.each(['NFC', 'NFD', 'NFKC', 'NFKD'] as const)('takes the passphrase typed in %s', async (form) => {
    const opening = { clock, ...withPassphrase(vectorPassphrase.normalize(form)) };
    await expectContent(storeAt(await vectorFile(), opening));
  });
});

describe('the file', () => {
  it('does not hold the key in any encoding', async () => {
    const file = await newFile();
    await storeAt(file, withPassphrase()).add(openAiKey());
    const bytes = await readFile(file);
    const text = bytes.toString('latin1');
    expect(text.split('\n')).toHaveLength(2);
    const forms = [
      apiKey,
      Buffer.from(apiKey).toString('base64').slice(0, -2),
      Buffer.from(apiKey).toString('base64url').slice(0, -2),
      Buffer.from(apiKey).toString('hex'),
      Buffer.from(apiKey, 'utf16le').toString('latin1'),
      passphrase,
      Buffer.from(passphrase).toString('base64').slice(0, -2),
    ];
    for (const form of forms) expect(text.toLowerCase()).not.toContain(form.toLowerCase());
    // The tail is meant to be there: people tell keys apart by it.
    expect(text).toContain('"tail":"XyZ9"');
  });

  it('is encrypted afresh each time', async () => {
    const { file } = await keyFileStore();
    const seen = new Set<string>();
    for (let at = 0; at < 5; at += 1) {
      await storeAt(file).noteVerdict('openai/default', 'valid', 1);
      seen.add((JSON.parse(await readFile(file, 'utf8')) as Document).payload.iv);
    }
    expect(seen.size).toBe(5);
  });

  it('is authenticated over one text for one value', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'é"' }], a: undefined, A: true })).toBe(
      '{"A":true,"b":[1,{"c":"é\\"","d":null}]}',
    );
  });
});

describe('a store that was changed', () => {
  type Fields = Record<string, unknown>;
  type Change = (document: Fields) => unknown;
  const payloadOf = (document: Fields) => document.payload as Record<string, string>;
  const entryOf = (document: Fields) => (document.index as Fields[])[0] as Fields;
  const slotOf = (document: Fields) => (document.slots as Fields[])[0] as Fields;
  const flip = (text: string, at: number) => {
    const bytes = Buffer.from(text, 'base64');
    bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
    return bytes.toString('base64');
  };
  const put = (target: (document: Fields) => object, name: string, value: unknown): [string, Change] => [
    `${name} = ${JSON.stringify(value)?.slice(0, 40)}`,
    (document) => Object.assign(target(document), { [name]: value }),
  ];
  const whole = (document: Fields) => document;

  const changes: [string, Change][] = [
    put(whole, 'format', 'imgsys'),
    put(whole, 'format', undefined),
    ...[0, 2, '1', null, undefined, 1.5].map((version) => put(whole, 'version', version)),
    ...['', 'x', 7, '00000000-0000-4000-8000-000000000000', undefined].map((id) => put(whole, 'id', id)),
    ...[0, 1, 3, 1e300, -1, '2', null, undefined].map((gen) => put(whole, 'gen', gen)),
    ...[[], {}, null, 'x', undefined, [null], [{ type: 'plain' }]].map((slots) => put(whole, 'slots', slots)),
    ...[[], {}, null, 'x', undefined, [null], [{}]].map((index) => put(whole, 'index', index)),
    ...[{}, null, 'x', undefined, { iv: 1, ct: 2 }].map((payload) => put(whole, 'payload', payload)),
    ['a slot twice', (d) => Object.assign(d, { slots: [slotOf(d), slotOf(d)] })],
    ['an entry twice', (d) => Object.assign(d, { index: [entryOf(d), entryOf(d)] })],
    ['an entry more', (d) => (d.index as Fields[]).push({ ...entryOf(d), id: 'openai/b', name: 'b' })],
    ...Object.entries({
      id: 'openai/other',
      provider: 'fal',
      name: 'other',
      kind: 'no-key',
      tail: 'AAAA',
      createdAtMs: 1,
      rotatedAtMs: 5,
      verdict: 'valid',
      baseUrl: 'https://evil.test/v1',
      organisation: 'org-x',
      reference: 'exec:["sh"]',
      hasPrevious: true,
      isDefault: false,
      added: 1,
    }).map(([name, value]) => put(entryOf, name, value)),
    [
      'host of the key, with a fitting id',
      (d) => Object.assign(entryOf(d), { baseUrl: 'https://evil.test/v1', verdict: 'valid' }),
    ],
    ...Array.from({ length: 12 }, (_, at): [string, Change] => [
      `payload vector, byte ${at}`,
      (d) => Object.assign(payloadOf(d), { iv: flip(payloadOf(d).iv ?? '', at) }),
    ]),
    ...Array.from({ length: 16 }, (_, at): [string, Change] => [
      `payload, byte ${at * 7}`,
      (d) => Object.assign(payloadOf(d), { ct: flip(payloadOf(d).ct ?? '', at * 7) }),
    ]),
    ...[0, 1, 4, 8, 20, 24, 100].map((length): [string, Change] => [
      `payload cut to ${length}`,
      (d) => Object.assign(payloadOf(d), { ct: payloadOf(d).ct?.slice(0, length) }),
    ]),
    ['payload with a blank', (d) => Object.assign(payloadOf(d), { ct: ` ${payloadOf(d).ct}` })],
    ['vector of 16 bytes', (d) => Object.assign(payloadOf(d), { iv: Buffer.alloc(16).toString('base64') })],
    ['vector empty', (d) => Object.assign(payloadOf(d), { iv: '' })],
    ['path of the slot', (d) => Object.assign(slotOf(d), { path: `${slotOf(d).path}/../master.key` })],
    ['slot with more in it', (d) => Object.assign(slotOf(d), { note: 'x' })],
    ...[0, 11, 30, 47].map((at): [string, Change] => [
      `wrapped key, byte ${at}`,
      (d) => {
        const wrap = slotOf(d).wrap as Record<string, string>;
        return Object.assign(wrap, { ct: flip(wrap.ct ?? '', at) });
      },
    ]),
  ];
  const cuts = [0, 1, 2, 10, 50, 99, 150, 200, 250, 300, 350, 400, 450, 500, 550, -2, -3, -10, -30, -60];
  const garbage = [
    '',
    '{}',
    '[]',
    'null',
    '0',
    '{"format":"imgsys-keystore"}',
    '\0',
    '\ufeff{}',
    'x'.repeat(5000),
  ];

  async function expectRefused(file: string, text: string): Promise<void> {
    await writeFile(file, text);
    for (const attempt of [
      () => storeAt(file).secret('openai/default'),
      () => storeAt(file).add(openAiKey('second')),
      () => storeAt(file).remove('openai/default'),
      () => storeAt(file).noteVerdict('openai/default', 'valid', 1),
    ]) {
      const { exitCode, message } = await refusal(attempt());
      expect(message).not.toContain('canary');
      // An entry of another name, or none, is not found before anything is opened.
      expect(message.startsWith('there is no key ') ? exitCode === 2 : exitCode === 12, message).toBe(true);
    }
    expect(await readFile(file, 'utf8')).toBe(text);
  }

  it(`is refused and left as it is, in more than 100 ways`, async () => {
    const { file } = await keyFileStore();
    const original = await readFile(file, 'utf8');
    expect(changes.length + cuts.length + garbage.length).toBeGreaterThan(100);
    for (const [name, change] of changes) {
      const document = JSON.parse(original) as Fields;
      change(document);
      const text = `${JSON.stringify(document)}\n`;
      expect(text, name).not.toBe(original);
      await expectRefused(file, text).catch((error: Error) => {
        throw new Error(`${name}: ${error.message}`, { cause: error });
      });
    }
    expect(original.length).toBeGreaterThan(560);
    for (const cut of cuts) await expectRefused(file, original.slice(0, cut));
    for (const text of garbage) await expectRefused(file, text);
    await writeFile(file, original);
    expect((await storeAt(file).secret('openai/default'))?.reveal()).toBe(apiKey);
  });

  it('of a newer version says so', async () => {
    const { file } = await keyFileStore();
    const text = (await readFile(file, 'utf8')).replace('"version":1', '"version":2');
    await writeFile(file, text);
    for (const asked of [storeAt(file).entries(), storeAt(file).add(openAiKey('b'))]) {
      const error = await refusal(asked);
      expect(error.exitCode).toBe(12);
      expect(error.message).toContain('version 2');
      expect(error.hint).toContain('newer imgsys');
    }
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('asks for a derivation only within bounds', async () => {
    const file = await newFile();
    await storeAt(file, withPassphrase()).add(openAiKey());
    const original = await readFile(file, 'utf8');
    const wrong: Fields[] = [
      ...[19_455, 1_048_577, 2 ** 32, 0, -1, 65_536.5, '65536', null].map((m) => ({ m })),
      ...[0, 17, 1e9, '3'].map((t) => ({ t })),
      ...[0, 17, '4'].map((p) => ({ p })),
      ...['', 'AAAA', 7].map((salt) => ({ salt })),
      { name: 'scrypt' },
      { v: 16 },
    ];
    for (const fields of wrong) {
      const document = JSON.parse(original) as Fields;
      Object.assign(slotOf(document).kdf as Fields, fields);
      const text = JSON.stringify(document);
      await writeFile(file, text);
      const error = await refusal(storeAt(file, withPassphrase()).secret('openai/default'));
      expect([error.exitCode, error.message]).toEqual([12, expect.stringContaining('damaged')]);
      expect(await readFile(file, 'utf8')).toBe(text);
    }
  });

  it('keeps what a slot of another store cannot open', async () => {
    const one = await keyFileStore();
    const two = await keyFileStore();
    const [first, second] = [
      JSON.parse(await readFile(one.file, 'utf8')),
      JSON.parse(await readFile(two.file, 'utf8')),
    ];
    await writeFile(one.file, JSON.stringify({ ...first, payload: second.payload, index: second.index }));
    expect((await refusal(storeAt(one.file).secret('openai/default'))).exitCode).toBe(12);
  });

  it('is not opened by another passphrase, and says which variable it was', async () => {
    const file = await newFile();
    await storeAt(file, withPassphrase()).add(openAiKey());
    const error = await refusal(storeAt(file, withPassphrase('something else 12')).secret('openai/default'));
    expect(error.exitCode).toBe(12);
    expect(error.message).toContain('the passphrase in IMGSYS_PASSPHRASE does not open');
    expect(`${error.message}${error.hint}`).not.toContain('something else');
    expect(new Secret(passphrase).equals(new Secret(passphrase))).toBe(true);
  });
});
