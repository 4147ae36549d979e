// The cryptography of the store: AES-256-GCM (NIST SP 800-38D) with a fresh random 96-bit vector each time and a
// 16-byte tag. A data key encrypts the payload; each slot holds the data key encrypted under a key of its own.
import { type CipherGCMTypes, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import type { Document, Sealed, Slot } from './document.ts';
import { format, version } from './document.ts';
import { corrupt } from './refusals.ts';

/** What is kept of one key: the values themselves. */
export interface Values {
  readonly current?: string;
  readonly previous?: string;
}

export type Payload = ReadonlyMap<string, Values>;

export const keyBytes = 32;

export function newKey(): Buffer {
  return randomBytes(keyBytes);
}

/** Encrypts the data key under the key of a slot; the slot's other members are authenticated with it. */
export function wrapKey<Facts extends Omit<Slot, 'wrap'>>(
  id: string,
  facts: Facts,
  slotKey: Buffer,
  dataKey: Buffer,
): Facts & { wrap: Sealed } {
  return { ...facts, wrap: seal(slotKey, dataKey, slotContext(id, facts)) };
}

/** The data key, or undefined when `slotKey` is not the one or the slot was changed. */
export function unwrapKey(id: string, slot: Slot, slotKey: Buffer): Buffer | undefined {
  const { wrap, ...facts } = slot;
  const dataKey = unseal(slotKey, wrap, slotContext(id, facts));
  return dataKey?.length === keyBytes ? dataKey : undefined;
}

/** The payload encrypted, with id, generation and index authenticated. */
export function sealPayload(facts: Omit<Document, 'payload'>, payload: Payload, dataKey: Buffer): Document {
  const text = JSON.stringify(Object.fromEntries(payload));
  return { ...facts, payload: seal(dataKey, Buffer.from(text), payloadContext(facts)) };
}

/** Throws CommandError 12 when anything was changed. */
export function openPayload(document: Document, dataKey: Buffer, file: string): Payload {
  const bytes = unseal(dataKey, document.payload, payloadContext(document));
  if (bytes === undefined) throw corrupt(file, 'its content was changed or is not whole');
  const payload = new Map(Object.entries(JSON.parse(bytes.toString('utf8')) as Record<string, Values>));
  for (const { id, kind } of document.index) {
    if (kind === 'stored' && typeof payload.get(id)?.current !== 'string') {
      throw corrupt(file, 'it lists a key that it does not hold');
    }
  }
  return payload;
}

const algorithm: CipherGCMTypes = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

function seal(key: Buffer, plain: Buffer, context: string): Sealed {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(context));
  const ct = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { iv: iv.toString('base64'), ct: ct.toString('base64') };
}

function unseal(key: Buffer, sealed: Sealed, context: string): Buffer | undefined {
  const iv = decode(sealed.iv);
  const ct = decode(sealed.ct);
  if (iv?.length !== ivBytes || ct === undefined || ct.length < tagBytes) return undefined;
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(ct.subarray(-tagBytes));
  const plain = decipher.update(ct.subarray(0, -tagBytes));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    // final() has one way to fail, which carries no code: the tag does not fit.
    return undefined;
  }
}

// Only the one text that encodes the bytes: Node reads over blanks and stray bits.
function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function slotContext(id: string, facts: Omit<Slot, 'wrap'>): string {
  return `${format}/${version}|${id}|slot|${canonicalJson(facts)}`;
}

function payloadContext({ id, gen, index }: Omit<Document, 'payload'>): string {
  return `${format}/${version}|${id}|payload|${gen}|${canonicalJson(index)}`;
}
