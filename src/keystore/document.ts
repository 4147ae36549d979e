// The store as it lies on the disk: one line of JSON, of which only `payload` and the wrapped keys are encrypted.
import type { KeyEntry, SlotType } from './keystore.ts';
import { corrupt, newerVersion } from './refusals.ts';

export const format = 'imgsys-keystore';
export const version = 1;

/** AES-256-GCM output: 12 bytes of initialisation vector, ciphertext with its 16-byte tag at the end; base64. */
export interface Sealed {
  readonly iv: string;
  readonly ct: string;
}

/** Argon2id as RFC 9106 names its parameters: `m` in KiB, `t` passes, `p` lanes, `v` 19 (0x13). */
export interface Kdf {
  readonly name: 'argon2id';
  readonly v: 19;
  readonly m: number;
  readonly t: number;
  readonly p: number;
  readonly salt: string;
}

export interface KeyringSlot {
  readonly type: 'keyring';
  readonly service: string;
  readonly account: string;
  readonly wrap: Sealed;
}

export interface PassphraseSlot {
  readonly type: 'passphrase';
  readonly kdf: Kdf;
  readonly wrap: Sealed;
}

export interface KeyFileSlot {
  readonly type: 'keyfile';
  readonly path: string;
  readonly wrap: Sealed;
}

export type Slot = KeyringSlot | PassphraseSlot | KeyFileSlot;

export interface Document {
  readonly format: typeof format;
  readonly version: typeof version;
  readonly id: string;
  readonly gen: number;
  readonly slots: readonly Slot[];
  readonly index: readonly KeyEntry[];
  readonly payload: Sealed;
}

/** Reads the text of a store. Throws CommandError 12 for anything that is not one of this version. */
export function parseDocument(text: string, file: string): Document {
  const document = parseJson(text, file);
  if (!isObject(document) || document.format !== format)
    throw corrupt(file, 'it is not a key store of imgsys');
  if (document.version !== version) throw newerVersion(file, document.version);
  const fault = faultOf(document);
  if (fault !== undefined) throw corrupt(file, fault);
  return document as unknown as Document;
}

/** The slot of a type; a store has at most one of each. */
export function findSlot<Type extends SlotType>(
  slots: readonly Slot[],
  type: Type,
): Extract<Slot, { type: Type }> | undefined {
  return slots.find((slot): slot is Extract<Slot, { type: Type }> => slot.type === type);
}

export function printDocument(document: Document): string {
  return `${JSON.stringify(document)}\n`;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw corrupt(file, 'it is cut short or is not JSON');
  }
}

function faultOf(document: Fields): string | undefined {
  const { id, gen, slots, index, payload } = document;
  if (typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id)) return 'its id is not one';
  if (!isCount(gen) || gen < 1) return 'its generation is not a number';
  if (!Array.isArray(slots) || slots.length === 0 || !slots.every(isSlot)) return 'a slot is not one';
  if (new Set(slots.map(({ type }) => type)).size < slots.length) return 'two slots are of one type';
  if (!Array.isArray(index) || !index.every(isEntry)) return 'an entry is not one';
  if (new Set(index.map((entry) => entry.id)).size < index.length) return 'two entries have one name';
  if (!isSealed(payload)) return 'its payload is not one';
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isSlot(slot: unknown): slot is Slot {
  if (!isObject(slot) || !isSealed(slot.wrap)) return false;
  switch (slot.type as SlotType) {
    case 'keyring':
      return typeof slot.service === 'string' && typeof slot.account === 'string';
    case 'passphrase':
      return isObject(slot.kdf);
    case 'keyfile':
      return typeof slot.path === 'string';
    default:
      return false;
  }
}

const optionalText = [
  'tail',
  'reference',
  'previousReference',
  'baseUrl',
  'organisation',
  'project',
  'verdict',
] as const;

function isEntry(entry: unknown): entry is KeyEntry {
  return (
    isObject(entry) &&
    ['id', 'provider', 'name', 'kind'].every((name) => typeof entry[name] === 'string') &&
    entry.id === `${entry.provider}/${entry.name}` &&
    ['stored', 'reference', 'no-key'].includes(entry.kind as string) &&
    isCount(entry.createdAtMs) &&
    ['rotatedAtMs', 'verdictAtMs'].every((name) => entry[name] === undefined || isCount(entry[name])) &&
    ['hasPrevious', 'isDefault'].every((name) => typeof entry[name] === 'boolean') &&
    optionalText.every((name) => entry[name] === undefined || typeof entry[name] === 'string')
  );
}

function isSealed(value: unknown): value is Sealed {
  return isObject(value) && typeof value.iv === 'string' && typeof value.ct === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
