// The slots that a passphrase and a key file open: each holds the data key, wrapped under a key made of them.
import type { Secret } from '../secret.ts';
import { checkKdf, keyFromFile, keyFromPassphrase, newKdf } from './derive.ts';
import type { KeyFileSlot, PassphraseSlot } from './document.ts';
import { readKeyFile } from './key-file.ts';
import { cannotUnlock } from './refusals.ts';
import { unwrapKey, wrapKey } from './vault.ts';

export async function makePassphraseSlot(
  id: string,
  dataKey: Buffer,
  passphrase: Secret,
): Promise<PassphraseSlot> {
  const kdf = newKdf();
  return wrapKey(id, { type: 'passphrase', kdf }, await keyFromPassphrase(passphrase, kdf), dataKey);
}

/** Undefined when it is not the passphrase. Throws CommandError 12 for a slot with parameters out of bounds. */
export async function openPassphraseSlot(
  id: string,
  slot: PassphraseSlot,
  passphrase: Secret,
  file: string,
): Promise<Buffer | undefined> {
  checkKdf(slot.kdf, file);
  return unwrapKey(id, slot, await keyFromPassphrase(passphrase, slot.kdf));
}

export function makeKeyFileSlot(id: string, dataKey: Buffer, path: string): KeyFileSlot {
  return wrapKey(id, { type: 'keyfile', path }, keyFromFile(readKeyFile(path), id), dataKey);
}

/** Throws CommandError 12 when the file is not there, not private, or not the one. */
export function openKeyFileSlot(id: string, slot: KeyFileSlot): Buffer {
  const dataKey = unwrapKey(id, slot, keyFromFile(readKeyFile(slot.path), id));
  if (dataKey !== undefined) return dataKey;
  throw cannotUnlock(
    `the key file ${slot.path} does not open the key store`,
    'put back the file that it was made with',
  );
}
