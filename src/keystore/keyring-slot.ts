// The slot whose key lies in the keychain of the system.
import { CommandError } from '../errors.ts';
import { redactor } from '../redact.ts';
import { Secret } from '../secret.ts';
import type { KeyringSlot } from './document.ts';
import { type Keyring, KeyringError, keyringService } from './keyring.ts';
import { cannotUnlock, refused } from './refusals.ts';
import { keyBytes, newKey, unwrapKey, wrapKey } from './vault.ts';

/** A new random key in the keychain, read back before it is used. Throws KeyringError. */
export async function makeKeyringSlot(id: string, dataKey: Buffer, keyring: Keyring): Promise<KeyringSlot> {
  const slotKey = newKey();
  const account = accountOf(id);
  await keyring.set(account, slotKey.toString('base64'));
  return wrapKey(id, { type: 'keyring', service: keyringService, account }, slotKey, dataKey);
}

/** Throws KeyringError; CommandError 12 when the keychain holds something that does not open this store. */
export async function openKeyringSlot(id: string, slot: KeyringSlot, keyring: Keyring): Promise<Buffer> {
  const text = await keyring.get(slot.account);
  redactor.learn(new Secret(text));
  const slotKey = Buffer.from(text, 'base64');
  const dataKey = slotKey.length === keyBytes ? unwrapKey(id, slot, slotKey) : undefined;
  if (dataKey !== undefined) return dataKey;
  throw cannotUnlock(
    'what the keyring holds for this key store does not open it',
    'the store or the keyring item was changed or put back from elsewhere; a passphrase slot still opens it, if it has one',
  );
}

/** A keychain slot for a store that has none, or whose item is lost. Throws CommandError 2 when the slot still works. */
export async function renewKeyringSlot(
  id: string,
  dataKey: Buffer,
  slot: KeyringSlot | undefined,
  keyring: Keyring,
): Promise<KeyringSlot> {
  try {
    if (slot !== undefined && (await stillOpens(id, slot, keyring))) {
      throw refused('the keychain opens the key store already');
    }
    return await makeKeyringSlot(id, dataKey, keyring);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    throw cannotUnlock(`the keychain cannot be used: ${error.message}`, 'nothing was changed', error);
  }
}

/** Takes the key of a store out of the keychain. What cannot be removed opens nothing any more, and people are told. */
export async function forgetKeyringItem(
  id: string,
  keyring: Keyring,
  say: (message: string) => void,
): Promise<void> {
  try {
    await keyring.delete(accountOf(id));
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    say(`the item ${keyringService} ${accountOf(id)} stays in your keyring, unused: ${error.message}`);
  }
}

async function stillOpens(id: string, slot: KeyringSlot, keyring: Keyring): Promise<boolean> {
  try {
    return (await openKeyringSlot(id, slot, keyring)).length > 0;
  } catch (error) {
    // Lost, or another store's: only then may it be replaced.
    if (error instanceof CommandError || (error instanceof KeyringError && error.code === 'NOT_FOUND'))
      return false;
    throw error;
  }
}

// The account under which the keychain holds the key of a store.
function accountOf(id: string): string {
  return `master:${id}`;
}
