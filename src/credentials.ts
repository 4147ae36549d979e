// Which key is used, and why: the key store, references and the environment in one order.
import type { Clock } from './clock.ts';
import { cleanKey } from './credentials/clean-key.ts';
import { looksLikeKey } from './credentials/looks-like-key.ts';
import {
  addCommand,
  baseUrlVariable,
  type Candidate,
  candidates,
  type KeySource,
  keyVariable,
} from './credentials/sources.ts';
import { openStoredKey, type StoredKeys } from './credentials/stored-key.ts';
import { CommandError, exitCodes } from './errors.ts';
import type { KeyEntry, Keystore } from './keystore/keystore.ts';
import { parseBaseUrl } from './providers/base-url.ts';
import { findKeyProvider } from './providers/key-providers.ts';
import type { KeyProvider } from './providers/provider.ts';
import type { Secret } from './secret.ts';
import { printable } from './text.ts';

export interface Credential {
  readonly provider: string;
  /** `openai/default`, or the variable it comes from. */
  readonly name: string;
  readonly kind: KeyEntry['kind'] | 'environment';
  readonly source: KeySource;
  /** Why this one, as a clause: `OPENAI_API_KEY is set, and …`. */
  readonly why: string;
  /** The last four characters, where they are known without unlocking or asking. */
  readonly tail?: string;
  /** The only address the key may be sent to. */
  readonly baseUrl: string;
  readonly organisation?: string;
  readonly project?: string;
  /** The key itself; undefined for a server that asks for none. Unlocks the store or asks the secret manager, once. */
  secret(): Promise<Secret | undefined>;
  /**
   * The key to go on with after the service refused `refused` (401): the store or the secret manager is asked once more.
   * Undefined when there is no other. Throws CommandError (4) when the key now belongs to another address.
   */
  again(refused: Secret): Promise<Secret | undefined>;
}

export interface Credentials {
  /**
   * The key to use for a provider; `key` is what `--key` named: `openai/team` or `team`. Asks nobody and unlocks nothing.
   * Throws CommandError: 4 when there is none, 2 for a name or an address that cannot be, 12 for an unsafe store.
   */
  choose(provider: string, key?: string): Promise<Credential>;
  /** The key of one candidate, as `candidates` lists them. */
  of(provider: KeyProvider, candidate: Candidate): Credential;
}

export interface CredentialsParts {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Whether somebody is there to answer a secret manager that asks. */
  readonly interactive: boolean;
  readonly keystore: () => Promise<Keystore>;
}

export function openCredentials(parts: CredentialsParts): Credentials {
  const { env } = parts;
  const stored: StoredKeys = { ...parts, resolver: undefined };
  const of = (provider: KeyProvider, candidate: Candidate): Credential =>
    candidate.entry === undefined
      ? fromEnvironment(provider, candidate, env)
      : fromStore(provider, candidate, candidate.entry, stored);
  return {
    of,
    async choose(id, key) {
      const provider = findKeyProvider(id);
      if (key !== undefined) return of(provider, await named(provider, key, parts));
      const own = keyVariable(provider);
      // A key given for this program alone works without the store, also where that is out of order.
      const entries = env[own] ? [] : await (await parts.keystore()).entries();
      const [first] = candidates(provider, env, entries);
      if (first !== undefined) return of(provider, first);
      throw noKey(provider, entries);
    },
  };
}

async function named(provider: KeyProvider, key: string, parts: CredentialsParts): Promise<Candidate> {
  const hint = 'see the keys there are with imgsys key list';
  if (looksLikeKey(key)) {
    throw new CommandError('--key takes the name of a key, not the key', { exitCode: exitCodes.usage, hint });
  }
  const id = key.includes('/') ? key : `${provider.id}/${key}`;
  const entry = (await (await parts.keystore()).entries()).find((one) => one.id === id);
  if (entry?.provider === provider.id) {
    return { source: 'option', name: entry.id, entry, why: 'it was named with --key' };
  }
  throw new CommandError(`there is no key ${printable(id)} for ${provider.id}`, {
    exitCode: exitCodes.noKey,
    hint,
  });
}

function fromEnvironment(provider: KeyProvider, candidate: Candidate, env: NodeJS.ProcessEnv): Credential {
  const { name, source, why, variable } = candidate;
  const address = baseUrlVariable(provider);
  const given = env[address];
  const baseUrl = given ? parseBaseUrl(given, address) : provider.baseUrl;
  if (baseUrl === undefined) {
    throw new CommandError(`${name} is set, but not where to send it`, {
      exitCode: exitCodes.usage,
      hint: `set ${address} to the address of the server`,
    });
  }
  const secret =
    variable === undefined ? undefined : cleanKey(env[variable] ?? '', variable, exitCodes.noKey);
  const tail = secret?.tail();
  return {
    ...{ provider: provider.id, name, source, why, baseUrl },
    kind: secret === undefined ? 'no-key' : 'environment',
    ...(tail !== undefined && { tail }),
    secret: async () => secret,
    // The environment of a process does not change.
    again: async () => undefined,
  };
}

function fromStore(
  provider: KeyProvider,
  candidate: Candidate,
  entry: KeyEntry,
  stored: StoredKeys,
): Credential {
  const { organisation, project, tail, kind, id } = entry;
  const baseUrl = entry.baseUrl ?? provider.baseUrl;
  if (baseUrl === undefined) {
    throw new CommandError(`the key ${id} has no address to be sent to`, {
      exitCode: exitCodes.noKey,
      hint: `remove it and add it again with --base-url: imgsys key remove ${id}`,
    });
  }
  return {
    ...{ provider: provider.id, name: id, kind, source: candidate.source, why: candidate.why, baseUrl },
    ...(tail !== undefined && { tail }),
    ...(organisation !== undefined && { organisation }),
    ...(project !== undefined && { project }),
    ...openStoredKey(entry, stored),
  };
}

function noKey(provider: KeyProvider, entries: readonly KeyEntry[]): CommandError {
  const own = entries.filter((entry) => entry.provider === provider.id);
  const [first] = own;
  return new CommandError(
    first === undefined
      ? `there is no key for ${provider.id}`
      : `none of the keys for ${provider.id} is the default`,
    {
      exitCode: exitCodes.noKey,
      hint:
        first === undefined
          ? `add one with ${addCommand(provider)}${keyless(provider)}, or set ${variablesOf(provider)}`
          : `choose one: imgsys key use ${first.id}`,
    },
  );
}

function keyless({ keyIsOptional }: KeyProvider): string {
  return keyIsOptional ? ' (and --no-key where it asks for none)' : '';
}

function variablesOf(provider: KeyProvider): string {
  const key = keyVariable(provider);
  return provider.baseUrl === undefined ? `${key} and ${baseUrlVariable(provider)}` : key;
}
