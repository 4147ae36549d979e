import type { KeyContext } from '../../credentials/key-context.ts';
import { baseUrlVariable } from '../../credentials/sources.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import { idOf } from '../../keystore/changes.ts';
import type { KeyEntry, NewKey } from '../../keystore/keystore.ts';
import { hostOf, parseBaseUrl } from '../../providers/base-url.ts';
import { findKeyProvider, keyProviders } from '../../providers/key-providers.ts';
import type { KeyProvider } from '../../providers/provider.ts';
import type { Secret } from '../../secret.ts';
import { hint, say, writeResult } from '../../streams.ts';
import { printable } from '../../text.ts';
import type { KeyFlags } from '../key.ts';
import { checkKey } from './check.ts';
import { keyJson, nextCommand } from './describe.ts';
import { readKey } from './read-key.ts';
import { type ReadReference, readReference } from './reference.ts';

export interface AddFlags extends KeyFlags {
  name: string;
  stdin?: boolean;
  ref?: string;
  /** False for `--no-key`. */
  key: boolean;
  baseUrl?: string;
  org?: string;
  project?: string;
  default?: boolean;
  /** False for `--no-verify`. */
  verify: boolean;
}

/** Checks the key with the provider, stores it, reads it back, and only then says so. */
export async function addKey(given: string | undefined, flags: AddFlags, context: KeyContext): Promise<void> {
  refuseConflicts(flags);
  refuseBadName(flags.name);
  const provider = given === undefined ? await chooseProvider(context) : findKeyProvider(given);
  if (!flags.key && !provider.keyIsOptional) {
    throw usage(`${provider.id} asks for a key`, 'leave out --no-key');
  }
  const reference = flags.ref === undefined ? undefined : await readReference(flags.ref, context);
  const baseUrl = await chooseBaseUrl(provider, flags, context);
  const keystore = await context.keystore();
  await refuseTaken(`${provider.id}/${flags.name}`, await keystore.entries());
  const secret = await obtain(provider, baseUrl, reference, flags, context);
  const { org: organisation, project } = flags;
  const check = { provider, secret, baseUrl, organisation, project, otherwise: 'nothing was stored' };
  const verdict = flags.verify ? await checkKey(check, context) : undefined;
  const key: NewKey = {
    ...{ provider: provider.id, name: flags.name, makeDefault: flags.default === true },
    ...(reference !== undefined ? { reference: reference.text } : secret && { secret }),
    // Always written down, so that a new address of the provider never takes an old key along.
    baseUrl,
    ...(organisation !== undefined && { organisation }),
    ...(project !== undefined && { project }),
    ...(verdict && { verdict: verdict.kind }),
  };
  await tellSaved(await keystore.add(key), reference, keystore.file, provider, flags, context);
}

function refuseConflicts({ stdin, ref, key, name, org, project }: AddFlags): void {
  const sources = [stdin && '--stdin', ref !== undefined && '--ref', !key && '--no-key'].filter(Boolean);
  if (sources.length > 1)
    throw usage(`${sources.join(' and ')} do not go together`, 'a key comes from one place');
  if (name.includes('/'))
    throw usage('the name of a key holds no /', 'give --name team, not --name openai/team');
  // They become headers.
  for (const [option, value] of [['--org', org] as const, ['--project', project] as const]) {
    if (value !== undefined && !/^[\x21-\x7e]{1,200}$/.test(value)) {
      throw usage(`${option} does not hold an id`, 'copy it from the settings of the provider');
    }
  }
}

// Before anybody types a key for it.
function refuseBadName(name: string): void {
  if (name.length > 64) {
    throw usage(
      `the name ${printable(name.slice(0, 24))}… is too long`,
      'use up to 64 letters, digits and . _ @ -',
    );
  }
  idOf({ provider: 'any', name });
}

async function chooseProvider(context: KeyContext): Promise<KeyProvider> {
  if (!context.interactive) {
    throw usage(
      'which provider is the key for?',
      `name it: imgsys key add ${keyProviders.map(({ id }) => id).join(', imgsys key add ')}`,
    );
  }
  const choices = keyProviders.map(({ id, label }) => ({
    value: id,
    name: id === label ? id : `${id} (${label})`,
  }));
  return findKeyProvider(await (await context.prompts()).choose('Key for:', choices));
}

async function chooseBaseUrl(provider: KeyProvider, flags: AddFlags, context: KeyContext): Promise<string> {
  if (flags.baseUrl !== undefined) return parseBaseUrl(flags.baseUrl, '--base-url');
  const variable = baseUrlVariable(provider);
  const set = context.env[variable];
  if (set) return parseBaseUrl(set, variable);
  if (provider.baseUrl !== undefined) return provider.baseUrl;
  if (!context.interactive) {
    throw usage(
      `${provider.id} needs the address of its server`,
      'give it: --base-url http://127.0.0.1:1234/v1',
    );
  }
  const text = await (await context.prompts()).line('Address of the server, usually ending in /v1:');
  return parseBaseUrl(text, 'the address');
}

async function refuseTaken(id: string, entries: readonly KeyEntry[]): Promise<void> {
  if (!entries.some((entry) => entry.id === id)) return;
  throw usage(`there is a key ${id} already`, `replace it: imgsys key rotate ${id}; or give another --name`);
}

async function obtain(
  provider: KeyProvider,
  baseUrl: string,
  reference: ReadReference | undefined,
  { key, stdin = false, verify }: AddFlags,
  context: KeyContext,
): Promise<Secret | undefined> {
  if (!key) return undefined;
  // Without a check a reference may lead to a key that is only there later.
  if (reference !== undefined) return verify ? reference.resolve() : undefined;
  return readKey({ provider, baseUrl, stdin, command: `imgsys key add ${provider.id}` }, context);
}

async function tellSaved(
  entry: KeyEntry,
  reference: ReadReference | undefined,
  file: string,
  provider: KeyProvider,
  flags: AddFlags,
  context: KeyContext,
): Promise<void> {
  const { streams, clock } = context;
  const { id, tail, verdict } = entry;
  if (flags.json) {
    await writeResult(
      streams,
      `${JSON.stringify({ ...keyJson(entry, clock.now()), type: 'key-added', file })}\n`,
    );
  } else {
    const what =
      reference === undefined ? (tail === undefined ? '' : `, ending in ${tail}`) : `, ${reference.shown}`;
    await writeResult(streams, `saved ${id}${what}\n`);
  }
  if (provider.canVerify === false)
    say(streams, 'it is stored unverified: only a paid call shows whether it works');
  else if (verdict === undefined) say(streams, `it was not checked; do that with imgsys key verify ${id}`);
  const host = hostOf(entry.baseUrl ?? '');
  if (entry.kind === 'no-key') say(streams, `there is no key to keep; pictures are sent to ${host}`);
  else {
    const kept =
      reference === undefined
        ? `encrypted in ${printable(file)},`
        : `the reference, not the key, is kept in ${printable(file)}, where it can be read; the key is`;
    say(streams, `${kept} sent to ${host} and nowhere else`);
  }
  if (!entry.isDefault) hint(streams, `to use it without naming it: imgsys key use ${id}`);
  say(streams, `next: ${await nextCommand(provider, entry)}`);
  const { keyPage, limitPage } = provider;
  const isElsewhere = entry.baseUrl !== provider.baseUrl;
  if (isElsewhere || keyPage === undefined || limitPage === undefined) return;
  say(streams, `revoke it here: ${keyPage}`);
  say(streams, `set a spending limit here: ${limitPage}`);
}

function usage(message: string, hint: string): CommandError {
  return new CommandError(message, { exitCode: exitCodes.usage, hint });
}
