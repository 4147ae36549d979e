import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeyringCode } from '../../src/keystore/keyring-codes.ts';
import { Secret } from '../../src/secret.ts';
import { tempFolder } from '../helpers/temp.ts';
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

const types = async (file: string) => (await storeAt(file).slots()).map(({ type }) => type);

// A person at the terminal who gives these answers, and what was said and asked.
function person(...answers: string[]) {
  const said: string[] = [];
  const askPassphrase = async (what: 'unlock' | 'new') => {
    said.push(`asked: ${what}`);
    const answer = answers.shift();
    if (answer === undefined) throw new Error('asked once too often');
    return new Secret(answer);
  };
  return { said, askPassphrase, say: (message: string) => said.push(message), interactive: true };
}

describe('the first key', () => {
  it('makes a store that the keychain opens', async () => {
    const file = await newFile();
    const keyring = fakeKeyring();
    await storeAt(file, { keyring }).add(openAiKey());
    expect(await types(file)).toEqual(['keyring']);
    const [[account, value] = []] = [...keyring.items];
    expect(account).toMatch(/^master:[0-9a-f-]{36}$/);
    expect(Buffer.from(value ?? '', 'base64')).toHaveLength(32);
    expect((await storeAt(file, { keyring }).secret('openai/default'))?.reveal()).toBe(apiKey);
    expect(await readFile(file, 'utf8')).not.toContain(value);
  });

  it('makes one that a given passphrase opens, where there is no keychain', async () => {
    const file = await newFile();
    const { env } = withPassphrase();
    await storeAt(file, { env }).add(openAiKey());
    expect(await types(file)).toEqual(['passphrase']);
    expect(env).toEqual({});
    expect((await storeAt(file, withPassphrase()).secret('openai/default'))?.reveal()).toBe(apiKey);
  });

  it('makes one that both open, where both are there', async () => {
    const file = await newFile();
    const keyring = fakeKeyring();
    await storeAt(file, { keyring, ...withPassphrase() }).add(openAiKey());
    expect(await types(file)).toEqual(['keyring', 'passphrase']);
    expect((await storeAt(file, withPassphrase()).secret('openai/default'))?.reveal()).toBe(apiKey);
    expect((await storeAt(file, { keyring }).secret('openai/default'))?.reveal()).toBe(apiKey);
  });

  it('asks a person for a passphrase, says why, and again when it is too short', async () => {
    const file = await newFile();
    const asked = person('too short', passphrase);
    await storeAt(file, asked).add(openAiKey());
    expect(asked.said).toEqual([
      expect.stringContaining('no keychain can be used here (Secret Service: no D-Bus session)'),
      'asked: new',
      expect.stringContaining('fewer than 12 characters'),
      'asked: new',
    ]);
    expect(await types(file)).toEqual(['passphrase']);
  });

  it.each<KeyringCode>([
    'LOAD',
    'NO_BUS',
    'NO_SERVICE',
    'NO_COLLECTION',
    'LOCKED',
    'TIMEOUT',
    'CRASH',
    'OTHER',
  ])('is refused with the ways out where the keychain says %s and nobody can be asked', async (code) => {
    const file = await newFile();
    const error = await refusal(storeAt(file, { keyring: fakeKeyring(code) }).add(openAiKey()));
    expect(error.exitCode).toBe(12);
    expect(error.message).toContain('no place to keep keys safely on this machine');
    for (const way of ['IMGSYS_PASSPHRASE_FILE', 'IMGSYS_KEY_OPENAI', '--ref', 'add-keyfile', 'keychain']) {
      expect(error.hint).toContain(way);
    }
    expect(await storeAt(file).entries()).toEqual([]);
  });

  it.each([
    'short',
    '\u00e9'.repeat(11),
    '\ufb01'.repeat(5),
  ])('is refused with a short passphrase: %s', async (text) => {
    const file = await newFile();
    const keyring = fakeKeyring();
    const error = await refusal(storeAt(file, { keyring, ...withPassphrase(text) }).add(openAiKey()));
    expect([error.exitCode, error.message]).toEqual([2, expect.stringContaining('fewer than 12')]);
    expect(error.message).not.toContain(text);
    expect(keyring.items.size).toBe(0);
  });

  it('does not touch the keychain for a store that is there and opened by passphrase', async () => {
    const file = await newFile();
    await storeAt(file, withPassphrase()).add(openAiKey());
    const keyring = fakeKeyring();
    const late = storeAt(file, { keyring, ...withPassphrase() });
    await late.add(openAiKey('second'));
    expect(keyring.items.size).toBe(0);
  });
});

describe('an existing store', () => {
  async function keyringStore() {
    const file = await newFile();
    const keyring = fakeKeyring();
    await storeAt(file, { keyring }).add(openAiKey());
    return { file, keyring };
  }

  it('never gets a new master key when the keychain does not find the old one', async () => {
    const { file, keyring } = await keyringStore();
    const before = await readFile(file);
    keyring.items.clear();
    for (const use of [
      storeAt(file, { keyring }).secret('openai/default'),
      storeAt(file, { keyring }).add(openAiKey('b')),
      storeAt(file, { keyring }).noteVerdict('openai/default', 'valid', 1),
      storeAt(file, { keyring, ...withPassphrase() }).add(openAiKey('b')),
    ]) {
      const error = await refusal(use);
      expect([error.exitCode, error.message]).toEqual([12, expect.stringContaining('does not hold the key')]);
    }
    expect(keyring.items.size).toBe(0);
    expect(await readFile(file)).toEqual(before);
  });

  it.each([
    '',
    'AAAA',
    Buffer.alloc(32).toString('base64'),
  ])('is not opened by something else in the keychain: %s', async (value) => {
    const { file, keyring } = await keyringStore();
    for (const account of keyring.items.keys()) keyring.items.set(account, value);
    const error = await refusal(storeAt(file, { keyring }).secret('openai/default'));
    expect([error.exitCode, error.message]).toEqual([12, expect.stringContaining('does not open it')]);
  });

  it.each<[KeyringCode, string]>([
    ['LOCKED', 'the keyring is locked and was not unlocked'],
    ['TIMEOUT', 'the keyring did not answer in time'],
    ['NOT_FOUND', 'the keyring does not hold the key of this store'],
    ['NO_COLLECTION', 'there is no keyring yet'],
    ['CRASH', 'the keychain module crashed'],
    ['OTHER', 'as the test wants it'],
  ])('does not fall from a keychain that says %s to a key file', async (code, words) => {
    const { file, keyring } = await keyringStore();
    await storeAt(file, { keyring }).addKeyFile(join(await tempFolder(), 'master.key'));
    keyring.fail = code;
    const error = await refusal(storeAt(file, { keyring }).secret('openai/default'));
    expect([error.exitCode, error.message]).toEqual([12, expect.stringContaining(words)]);
  });

  it.each<KeyringCode>([
    'LOAD',
    'NO_BUS',
    'NO_SERVICE',
  ])('opens by key file where there is no keychain at all: %s', async (code) => {
    const { file, keyring } = await keyringStore();
    await storeAt(file, { keyring }).addKeyFile(join(await tempFolder(), 'master.key'));
    keyring.fail = code;
    expect((await storeAt(file, { keyring }).secret('openai/default'))?.reveal()).toBe(apiKey);
  });

  it('opens by a passphrase that was given, without asking the keychain', async () => {
    const { file, keyring } = await keyringStore();
    await storeAt(file, { keyring }).addPassphrase(new Secret(passphrase));
    keyring.fail = 'LOCKED';
    keyring.asked = 0;
    const store = storeAt(file, { keyring, ...withPassphrase() });
    expect((await store.secret('openai/default'))?.reveal()).toBe(apiKey);
    expect(keyring.asked).toBe(0);
  });

  it('does not fall from a locked keychain to a passphrase that nobody gave', async () => {
    const { file, keyring } = await keyringStore();
    await storeAt(file, { keyring }).addPassphrase(new Secret(passphrase));
    keyring.fail = 'LOCKED';
    const error = await refusal(storeAt(file, { keyring }).secret('openai/default'));
    expect(error.message).toContain('locked');
    expect(error.hint).toMatch(/unlock the keyring.*IMGSYS_PASSPHRASE_FILE/);
    const asked = person('not the one', passphrase);
    expect((await storeAt(file, { keyring, ...asked }).secret('openai/default'))?.reveal()).toBe(apiKey);
    expect(asked.said).toEqual([
      expect.stringContaining('the keyring is locked'),
      'asked: unlock',
      'that is not the passphrase of the key store',
      'asked: unlock',
    ]);
  });

  it('gives up after three wrong passphrases', async () => {
    const file = await newFile();
    await storeAt(file, withPassphrase()).add(openAiKey());
    const error = await refusal(storeAt(file, person('a', 'b', 'c')).secret('openai/default'));
    expect([error.exitCode, error.message]).toEqual([12, expect.stringContaining('wrong passphrase')]);
  });

  it('is unlocked once, however many ask at once', async () => {
    const { file, keyring } = await keyringStore();
    keyring.asked = 0;
    const store = storeAt(file, { keyring });
    await Promise.all(Array.from({ length: 8 }, () => store.secret('openai/default')));
    await store.add(openAiKey('b'));
    expect(keyring.asked).toBe(1);
  });

  it('asks for its passphrase without a keychain, or says how to give it', async () => {
    const file = await newFile();
    await storeAt(file, withPassphrase()).add(openAiKey());
    const error = await refusal(storeAt(file).secret('openai/default'));
    expect([error.exitCode, error.hint]).toEqual([12, expect.stringContaining('IMGSYS_PASSPHRASE_FILE')]);
  });
});

describe('a passphrase file', () => {
  async function passphraseFile(content: string | Buffer, mode = 0o600): Promise<string> {
    const path = join(await tempFolder(), 'passphrase');
    await writeFile(path, content);
    await chmod(path, mode);
    return path;
  }
  const opening = (file: string, more: Record<string, string> = {}) => ({
    env: { IMGSYS_PASSPHRASE_FILE: file, ...more },
  });

  it.each([
    passphrase,
    `${passphrase}\n`,
    `${passphrase}\r\n`,
    `\ufeff${passphrase}\n`,
  ])('may end as editors end it: %j', async (content) => {
    const file = await newFile();
    await storeAt(file, withPassphrase()).add(openAiKey());
    const given = opening(await passphraseFile(content), { IMGSYS_PASSPHRASE: 'the file comes first' });
    expect((await storeAt(file, given).secret('openai/default'))?.reveal()).toBe(apiKey);
    expect(given.env).toEqual({});
  });

  it.each([
    '',
    '\n',
    'two\nlines of passphrase',
    `${'x'.repeat(5000)}`,
  ])('is refused as %j', async (content) => {
    const given = opening(await passphraseFile(content));
    const error = await refusal(storeAt(await newFile(), given).add(openAiKey()));
    expect([error.exitCode, error.message]).toEqual([2, expect.stringContaining('on one line')]);
  });

  it('is refused when it is not there, open to others, or a link', async () => {
    const missing = await refusal(storeAt(await newFile(), opening('/nowhere/at/all')).add(openAiKey()));
    expect([missing.exitCode, missing.message]).toEqual([2, 'there is no file /nowhere/at/all']);
    for (const mode of [0o644, 0o640, 0o620]) {
      const path = await passphraseFile(passphrase, mode);
      const error = await refusal(storeAt(await newFile(), opening(path)).add(openAiKey()));
      expect([error.exitCode, error.hint]).toEqual([12, expect.stringContaining(`chmod 600 ${path}`)]);
    }
    const path = await passphraseFile(passphrase);
    await symlink(path, `${path}.link`);
    const error = await refusal(storeAt(await newFile(), opening(`${path}.link`)).add(openAiKey()));
    expect(error.message).toContain('symbolic link');
  });

  it('may be group-readable and behind a link where a service manager keeps it', async () => {
    const path = await passphraseFile(`${passphrase}\n`, 0o440);
    await symlink(path, join(dirname(path), 'current'));
    const file = await newFile();
    const given = opening(join(dirname(path), 'current'), { CREDENTIALS_DIRECTORY: dirname(path) });
    await storeAt(file, given).add(openAiKey());
    expect((await storeAt(file, withPassphrase()).secret('openai/default'))?.reveal()).toBe(apiKey);
    await chmod(path, 0o660);
    const writable = opening(path, { CREDENTIALS_DIRECTORY: dirname(path) });
    expect((await refusal(storeAt(file, writable).secret('openai/default'))).exitCode).toBe(12);
  });
});

describe('slots', () => {
  it('add up, and any one opens the store', async () => {
    const { file, keyFile } = await keyFileStore();
    const keyring = fakeKeyring();
    await storeAt(file).addPassphrase(new Secret(passphrase));
    await storeAt(file, { keyring, ...withPassphrase() }).addKeyring();
    expect(await storeAt(file).slots()).toEqual([
      { type: 'keyfile', place: keyFile },
      { type: 'passphrase' },
      { type: 'keyring', place: expect.stringMatching(/^imgsys master:/) },
    ]);
    for (const opening of [withPassphrase(), { keyring }, {}]) {
      expect((await storeAt(file, opening).secret('openai/default'))?.reveal()).toBe(apiKey);
    }
  });

  it('are taken away, but never the last, and only while another opens the store', async () => {
    const { file } = await keyFileStore();
    const last = await refusal(storeAt(file).removeSlot('keyfile'));
    expect([last.exitCode, last.message]).toEqual([2, expect.stringContaining('the only way')]);
    expect((await refusal(storeAt(file).removeSlot('passphrase'))).message).toContain('no passphrase slot');
    await storeAt(file).addPassphrase(new Secret(passphrase));
    // The key file opens the store now, but nothing would, once it is gone.
    const locked = await refusal(storeAt(file).removeSlot('keyfile'));
    expect([locked.exitCode, await types(file)]).toEqual([12, ['keyfile', 'passphrase']]);
    await storeAt(file, withPassphrase()).removeSlot('keyfile');
    expect(await types(file)).toEqual(['passphrase']);
    expect((await refusal(storeAt(file).secret('openai/default'))).exitCode).toBe(12);
  });

  it('of the keychain are taken out of it, too', async () => {
    const { file } = await keyFileStore();
    const keyring = fakeKeyring();
    await storeAt(file, { keyring }).addKeyring();
    expect(keyring.items.size).toBe(1);
    await storeAt(file, { keyring }).removeSlot('keyring');
    expect(keyring.items.size).toBe(0);
    expect(await types(file)).toEqual(['keyfile']);
  });

  it('of the keychain are renewed only when they are lost', async () => {
    const { file } = await keyFileStore();
    const keyring = fakeKeyring();
    await storeAt(file, { keyring }).addKeyring();
    expect((await refusal(storeAt(file, { keyring }).addKeyring())).exitCode).toBe(2);
    await storeAt(file, { keyring }).addPassphrase(new Secret(passphrase));
    keyring.items.clear();
    await storeAt(file, { keyring, ...withPassphrase() }).addKeyring();
    expect((await storeAt(file, { keyring }).secret('openai/default'))?.reveal()).toBe(apiKey);
    keyring.items.clear();
    keyring.fail = 'LOCKED';
    const error = await refusal(storeAt(file, { keyring, ...withPassphrase() }).addKeyring());
    expect([error.exitCode, error.message]).toEqual([12, expect.stringContaining('locked')]);
  });

  it('may come before the first key', async () => {
    const file = await newFile();
    await storeAt(file).addPassphrase(new Secret(passphrase));
    expect([await types(file), await storeAt(file).entries()]).toEqual([['passphrase'], []]);
    await storeAt(file, withPassphrase()).add(openAiKey());
    expect((await refusal(storeAt(await newFile()).addKeyring())).exitCode).toBe(2);
  });

  it('change their passphrase', async () => {
    const file = await newFile();
    await storeAt(file, withPassphrase()).add(openAiKey());
    await storeAt(file, withPassphrase()).addPassphrase(new Secret('another long passphrase'));
    expect((await refusal(storeAt(file, withPassphrase()).secret('openai/default'))).exitCode).toBe(12);
    const changed = storeAt(file, withPassphrase('another long passphrase'));
    expect((await changed.secret('openai/default'))?.reveal()).toBe(apiKey);
    expect((await refusal(changed.addPassphrase(new Secret('short')))).exitCode).toBe(2);
  });
});

describe('a key file', () => {
  it('is refused where it would be copied with the store, or committed', async () => {
    const { file } = await keyFileStore();
    const inside = await refusal(storeAt(file).addKeyFile(join(dirname(file), 'sub', '..', 'master.key')));
    expect([inside.exitCode, inside.message]).toEqual([
      2,
      expect.stringContaining('folder of the key store'),
    ]);
    const tree = await tempFolder();
    await mkdir(join(tree, '.git'));
    await mkdir(join(tree, 'deep'));
    const error = await refusal(storeAt(file).addKeyFile(join(tree, 'deep', 'master.key')));
    expect([error.exitCode, error.message]).toEqual([2, expect.stringContaining('git work tree')]);
    const linked = join(await tempFolder(), 'link');
    await symlink(tree, linked);
    expect((await refusal(storeAt(file).addKeyFile(join(linked, 'k')))).message).toContain('git work tree');
  });

  it('is refused when it is short, open to others, a link, or cannot be made', async () => {
    const { file } = await keyFileStore();
    const folder = await tempFolder();
    const path = join(folder, 'k');
    await writeFile(path, 'x'.repeat(31), { mode: 0o600 });
    expect((await refusal(storeAt(file).addKeyFile(path))).message).toContain('between 32 and');
    await writeFile(path, 'x'.repeat(32));
    await chmod(path, 0o644);
    expect((await refusal(storeAt(file).addKeyFile(path))).hint).toBe(
      `if you trust what it holds, run: chmod 600 ${path}; else make another: imgsys key store add-keyfile PATH`,
    );
    expect((await refusal(storeAt(file).addKeyFile('/dev/null'))).hint).not.toContain('aside');
    await symlink(path, `${path}2`);
    expect((await refusal(storeAt(file).addKeyFile(`${path}2`))).message).toContain('symbolic link');
    expect((await refusal(storeAt(file).addKeyFile(join(folder, 'no', 'k')))).exitCode).toBe(2);
  });

  it('opens nothing when it is gone, changed or another', async () => {
    const { file, keyFile } = await keyFileStore();
    const content = await readFile(keyFile);
    await writeFile(keyFile, Buffer.concat([content, Buffer.from('\n')]));
    expect((await refusal(storeAt(file).secret('openai/default'))).message).toContain('does not open');
    await writeFile(keyFile, 'short');
    expect((await refusal(storeAt(file).secret('openai/default'))).exitCode).toBe(12);
    await writeFile(keyFile, content);
    expect((await storeAt(file).secret('openai/default'))?.reveal()).toBe(apiKey);
  });
});
