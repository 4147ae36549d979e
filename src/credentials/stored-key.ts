// One key of the store while a run lasts: read once, and once more whenever the service refuses it and it has changed.
import type { Clock } from '../clock.ts';
import { CommandError, exitCodes } from '../errors.ts';
import type { KeyEntry, Keystore } from '../keystore/keystore.ts';
import type { Resolver } from '../references/resolver.ts';
import type { Secret } from '../secret.ts';

/** What all keys of a run share. */
export interface StoredKeys {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly interactive: boolean;
  readonly keystore: () => Promise<Keystore>;
  /** Made with the first reference. */
  resolver: Promise<Resolver> | undefined;
}

interface Reading {
  readonly secret: Secret | undefined;
  readonly reference: string | undefined;
  readonly generation: number;
}

export interface StoredKey {
  secret(): Promise<Secret | undefined>;
  again(refused: Secret): Promise<Secret | undefined>;
}

/** The key of `entry`. Several that ask at the same time cause one reading; a failed one is not kept. */
export function openStoredKey(entry: KeyEntry, stored: StoredKeys): StoredKey {
  let reading: Promise<Reading> | undefined;
  // Found to be the refused one still, by a reading made after it was refused.
  let final: Reading | undefined;
  const current = () => {
    reading ??= read(entry, stored).catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
  const isFinal = async (old: Reading) => {
    if ((await (await stored.keystore()).generation()) !== old.generation) return false;
    // A secret manager does not tell whether its secret has changed: it is asked once.
    return old.reference === undefined || old === final;
  };
  return {
    secret: async () => (await current()).secret,
    async again(refused) {
      const used = current();
      const old = await used;
      // Another call was refused first and has read the new one already.
      if (old.secret?.equals(refused) === false) return old.secret;
      if (await isFinal(old)) return undefined;
      if (old.reference !== undefined) await forget(old.reference, refused, stored);
      if (reading === used) reading = undefined;
      const next = await current();
      if (next.secret?.equals(refused) === false) return next.secret;
      final = next;
      return undefined;
    },
  };
}

async function read(entry: KeyEntry, stored: StoredKeys): Promise<Reading> {
  const keystore = await stored.keystore();
  const generation = await keystore.generation();
  // Also for a reference: unlocking proves that nobody changed what the entry says.
  const secret = await keystore.secret(entry.id);
  const now = (await keystore.entries()).find(({ id }) => id === entry.id);
  if (now === undefined || now.baseUrl !== entry.baseUrl) {
    throw new CommandError(`the key ${entry.id} was replaced by one for another address`, {
      exitCode: exitCodes.noKey,
      hint: 'run the command again',
    });
  }
  const { reference } = now;
  const found = reference === undefined ? secret : await resolve(reference, stored);
  return { secret: found, reference, generation };
}

async function resolve(text: string, stored: StoredKeys): Promise<Secret> {
  const { parseReference } = await import('../references/references.ts');
  return (await resolverOf(stored)).resolve(parseReference(text));
}

async function forget(text: string, refused: Secret, stored: StoredKeys): Promise<void> {
  const { parseReference } = await import('../references/references.ts');
  (await resolverOf(stored)).forget(parseReference(text), refused);
}

function resolverOf(stored: StoredKeys): Promise<Resolver> {
  stored.resolver ??= Promise.all([import('../references/resolver.ts'), import('./resolve-key.ts')]).then(
    ([{ createResolver }, { resolveKey }]) => createResolver(stored, resolveKey),
  );
  return stored.resolver;
}
