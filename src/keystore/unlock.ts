// Finding the data key of a store, or of a new one a place to be kept. Nothing here holds the lock: it may take long.
import { CommandError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { printable } from '../text.ts';
import { type Document, findSlot, type PassphraseSlot, type Slot } from './document.ts';
import { type Keyring, KeyringError } from './keyring.ts';
import { isAbsent } from './keyring-codes.ts';
import { forgetKeyringItem, makeKeyringSlot, openKeyringSlot } from './keyring-slot.ts';
import type { SlotType, Unlocking } from './keystore.ts';
import { checkNewPassphrase, type GivenPassphrase } from './passphrase.ts';
import { cannotUnlock, noSafePlace } from './refusals.ts';
import { makePassphraseSlot, openKeyFileSlot, openPassphraseSlot } from './slots.ts';

/** What may open a store. */
export interface Means {
  readonly file: string;
  readonly keyring: Keyring;
  readonly given: GivenPassphrase | undefined;
  readonly unlocking: Unlocking;
}

const promptAttempts = 3;

/**
 * The data key of `document`. A passphrase that the user supplied comes first; then the keychain, then the key file.
 * A keychain that is there but locked, silent or without the key is not passed over: it ends in CommandError 12, or,
 * at a terminal, in a question that says why. `without` leaves out one slot.
 */
export async function unlock(document: Document, means: Means, without?: SlotType): Promise<Buffer> {
  const slots = document.slots.filter(({ type }) => type !== without);
  const passphrase = findSlot(slots, 'passphrase');
  if (passphrase !== undefined && means.given !== undefined)
    return openWithGiven(document.id, passphrase, means);
  const reasons: string[] = [];
  const keyring = findSlot(slots, 'keyring');
  if (keyring !== undefined) {
    try {
      return await openKeyringSlot(document.id, keyring, means.keyring);
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      reasons.push(error.message);
      if (!isAbsent(error.code)) return askInstead(document.id, passphrase, means, error.message);
    }
  }
  const keyFile = findSlot(slots, 'keyfile');
  if (keyFile !== undefined) {
    try {
      return openKeyFileSlot(document.id, keyFile);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (passphrase === undefined || means.unlocking.askPassphrase === undefined) throw error;
      reasons.push(error.message);
    }
  }
  return askInstead(document.id, passphrase, means, reasons.join('; '));
}

/** The first slots of a new store. `undo` takes back what was put into the keychain. */
export async function firstSlots(
  id: string,
  dataKey: Buffer,
  means: Means,
  provider?: string,
): Promise<{ slots: Slot[]; undo: () => Promise<void> }> {
  const slots: Slot[] = [];
  let reason = '';
  if (means.given !== undefined) checkNewPassphrase(means.given.secret);
  try {
    slots.push(await makeKeyringSlot(id, dataKey, means.keyring));
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    reason = error.message;
  }
  const undo = async () => {
    if (findSlot(slots, 'keyring') !== undefined)
      await forgetKeyringItem(id, means.keyring, means.unlocking.say);
  };
  // A passphrase that was supplied is meant to open the store, also where there is a keychain.
  const passphrase =
    means.given?.secret ?? (slots.length > 0 ? undefined : await askNew(means, reason, provider));
  if (passphrase !== undefined) slots.push(await makePassphraseSlot(id, dataKey, passphrase));
  return { slots, undo };
}

async function openWithGiven(id: string, slot: PassphraseSlot, { given, file }: Means): Promise<Buffer> {
  const dataKey = given && (await openPassphraseSlot(id, slot, given.secret, file));
  if (dataKey !== undefined) return dataKey;
  throw cannotUnlock(
    `the passphrase in ${given?.source} does not open the key store ${printable(file)}`,
    'give the passphrase it was set up with, or unset the variable to use its other ways; see them with imgsys key store status',
  );
}

async function askInstead(
  id: string,
  slot: PassphraseSlot | undefined,
  { file, unlocking }: Means,
  reason: string,
): Promise<Buffer> {
  const { askPassphrase, say } = unlocking;
  if (slot === undefined || askPassphrase === undefined) throw closed(file, reason, slot !== undefined);
  if (reason !== '') say(`${reason}; the passphrase of the key store opens it as well`);
  for (let attempt = 1; attempt <= promptAttempts; attempt += 1) {
    const dataKey = await openPassphraseSlot(id, slot, await askPassphrase('unlock'), file);
    if (dataKey !== undefined) return dataKey;
    say('that is not the passphrase of the key store');
  }
  throw cannotUnlock(
    'the key store was not opened: wrong passphrase',
    'see its other ways: imgsys key store status',
  );
}

function closed(file: string, reason: string, hasPassphrase: boolean): CommandError {
  const why = reason === '' ? 'it needs its passphrase' : reason;
  const passphrase = 'set IMGSYS_PASSPHRASE_FILE to a file with its passphrase';
  const keyring =
    'unlock the keyring of the user and machine that made it (log in to the desktop), then run again';
  return cannotUnlock(
    `the key store ${printable(file)} cannot be unlocked: ${why}`,
    hasPassphrase ? (reason === '' ? passphrase : `${keyring}; or ${passphrase}`) : keyring,
  );
}

async function askNew({ unlocking }: Means, reason: string, provider: string | undefined): Promise<Secret> {
  const { askPassphrase, say } = unlocking;
  if (askPassphrase === undefined) throw noSafePlace(reason, provider);
  say(`no keychain can be used here (${reason}): a passphrase will protect the key store`);
  for (let attempt = 1; ; attempt += 1) {
    const passphrase = await askPassphrase('new');
    try {
      checkNewPassphrase(passphrase);
      return passphrase;
    } catch (error) {
      if (!(error instanceof CommandError) || attempt === promptAttempts) throw error;
      say(`${error.message}; ${error.hint}`);
    }
  }
}
