// Stores in fresh folders, with a keychain that the test decides on.
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../src/clock.ts';
import { CommandError } from '../../src/errors.ts';
import { type Keyring, KeyringError } from '../../src/keystore/keyring.ts';
import type { KeyringCode } from '../../src/keystore/keyring-codes.ts';
import { type Keystore, openKeystore, type Unlocking } from '../../src/keystore/keystore.ts';
import { Secret } from '../../src/secret.ts';
import { tempFolder } from '../helpers/temp.ts';

export const passphrase = 'correct horse battery';
export const apiKey = 'sk-proj-canary-4f9a0b7c2d1e-XyZ9';

/** A keychain in memory; `fail` makes it answer with one code. */
export interface FakeKeyring extends Keyring {
  readonly items: Map<string, string>;
  fail: KeyringCode | undefined;
  asked: number;
}

export function fakeKeyring(fail?: KeyringCode): FakeKeyring {
  const items = new Map<string, string>();
  const check = () => {
    ring.asked += 1;
    if (ring.fail !== undefined) throw new KeyringError(ring.fail, 'as the test wants it');
  };
  const ring: FakeKeyring = {
    items,
    fail,
    asked: 0,
    async get(account) {
      check();
      const value = items.get(account);
      if (value === undefined) throw new KeyringError('NOT_FOUND');
      return value;
    },
    async set(account, value) {
      check();
      items.set(account, value);
    },
    async delete(account) {
      check();
      items.delete(account);
    },
  };
  return ring;
}

export interface Opening extends Partial<Unlocking> {
  readonly clock?: Clock;
  readonly keyring?: Keyring;
}

/** The store at `file`, without a keychain and without a passphrase unless given. */
export function storeAt(
  file: string,
  { clock = systemClock, keyring, ...unlocking }: Opening = {},
): Keystore {
  return openKeystore(
    file,
    { env: {}, say: () => {}, interactive: false, ...unlocking },
    clock,
    keyring ?? fakeKeyring('NO_BUS'),
  );
}

export const withPassphrase = (text = passphrase) => ({ env: { IMGSYS_PASSPHRASE: text } });

export async function newFile(): Promise<string> {
  return join(await tempFolder(), 'data', 'keystore.json');
}

export const openAiKey = (name = 'default', text = apiKey) => ({
  provider: 'openai',
  name,
  secret: new Secret(text),
  makeDefault: false,
});

/** What the command would end with. Anything but a CommandError fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<CommandError> {
  const error = await promise.then(
    (value) => new Error(`was not refused: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof CommandError) return error;
  throw error;
}

/** A store of one key that a key file opens: no derivation, so it is fast. */
export async function keyFileStore(): Promise<{ file: string; keyFile: string }> {
  const folder = await tempFolder();
  await chmod(folder, 0o700);
  const file = join(folder, 'data', 'keystore.json');
  const keyFile = join(folder, 'master.key');
  await storeAt(file).addKeyFile(keyFile);
  await storeAt(file).add(openAiKey());
  return { file, keyFile };
}
