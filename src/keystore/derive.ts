// The keys of the slots: from a passphrase, from a key file, at random for the keychain.
import { type Argon2Parameters, argon2, hkdfSync, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Secret } from '../secret.ts';
import type { Kdf } from './document.ts';
import { corrupt } from './refusals.ts';
import { keyBytes } from './vault.ts';

// RFC 9106 section 4, second recommended choice: 64 MiB, 3 passes, 4 lanes; about 0.2 s.
const chosen = { name: 'argon2id', v: 19, m: 65_536, t: 3, p: 4 } as const;
const saltBytes = 16;
// Below: a downgrade (OWASP's least is 19 MiB). Above: a file that wants all memory or all day.
const bounds = { m: [19_456, 1_048_576], t: [1, 16], p: [1, 16] } as const;

export function newKdf(): Kdf {
  return { ...chosen, salt: randomBytes(saltBytes).toString('base64') };
}

/** Throws CommandError 12 for parameters out of bounds, before any of them is used. */
export function checkKdf(kdf: Kdf, file: string): void {
  const { name, v } = kdf as { name: unknown; v: unknown };
  if (name !== 'argon2id' || v !== 19)
    throw corrupt(file, 'its passphrase slot asks for an unknown derivation');
  for (const [parameter, [least, most]] of Object.entries(bounds)) {
    const value: unknown = kdf[parameter as keyof typeof bounds];
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      throw corrupt(file, `its passphrase slot asks for ${parameter} outside ${least} to ${most}`);
    }
  }
  if (typeof kdf.salt !== 'string' || Buffer.from(kdf.salt, 'base64').length < saltBytes) {
    throw corrupt(file, 'its passphrase slot has too short a salt');
  }
}

/** Argon2id (RFC 9106) of the passphrase in NFKC, so that it opens from every keyboard. */
export async function keyFromPassphrase(passphrase: Secret, kdf: Kdf): Promise<Buffer> {
  const parameters: Argon2Parameters = {
    message: Buffer.from(normalised(passphrase)),
    nonce: Buffer.from(kdf.salt, 'base64'),
    memory: kdf.m,
    passes: kdf.t,
    parallelism: kdf.p,
    tagLength: keyBytes,
  };
  return promisify(argon2)('argon2id', parameters);
}

/** The passphrase as it is used: Unicode normalisation form KC. */
export function normalised(passphrase: Secret): string {
  return passphrase.reveal().normalize('NFKC');
}

/** HKDF-SHA-256 (RFC 5869) of the whole file, bound to this store. */
export function keyFromFile(content: Buffer, id: string): Buffer {
  return Buffer.from(hkdfSync('sha256', content, id, 'imgsys-keystore/1|keyfile', keyBytes));
}
