import type { KeyContext } from '../../credentials/key-context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import type { KeyEntry, Keystore } from '../../keystore/keystore.ts';
import { checkRotate, entryWithPrevious } from '../../keystore/rotation.ts';
import { findKeyProvider } from '../../providers/key-providers.ts';
import type { KeyProvider } from '../../providers/provider.ts';
import type { Secret } from '../../secret.ts';
import { say, writeResult } from '../../streams.ts';
import type { KeyFlags } from '../key.ts';
import { checkKey } from './check.ts';
import { keyJson } from './describe.ts';
import { findEntry } from './find-entry.ts';
import { readKey } from './read-key.ts';
import { readReference } from './reference.ts';

export interface RotateFlags extends KeyFlags {
  stdin?: boolean;
  ref?: string;
  rollback?: boolean;
  confirm?: boolean;
  /** False for `--no-verify`. */
  verify: boolean;
}

interface Rotation {
  readonly entry: KeyEntry;
  readonly provider: KeyProvider;
  readonly keystore: Keystore;
  readonly flags: RotateFlags;
  readonly context: KeyContext;
}

/** Puts a new key in the place of one, brings the one before back, or forgets it. The check is made outside the lock. */
export async function rotateKey(target: string, flags: RotateFlags, context: KeyContext): Promise<void> {
  refuseConflicts(flags);
  const keystore = await context.keystore();
  const entry = findEntry(target, await keystore.entries(), context.env);
  const rotation = { entry, provider: findKeyProvider(entry.provider), keystore, flags, context };
  if (entry.kind === 'no-key')
    throw usage(`${entry.id} has no key to replace`, 'add a key under another --name');
  if (flags.confirm) return confirm(rotation);
  return flags.rollback ? rollBack(rotation) : replace(rotation);
}

function refuseConflicts({ stdin, ref, rollback, confirm }: RotateFlags): void {
  const given = [
    stdin && '--stdin',
    ref !== undefined && '--ref',
    rollback && '--rollback',
    confirm && '--confirm',
  ].filter(Boolean);
  if (given.length > 1) throw usage(`${given.join(' and ')} do not go together`, 'one step at a time');
}

async function replace(rotation: Rotation): Promise<void> {
  const { entry, provider, keystore, flags, context } = rotation;
  const { id } = entry;
  checkRotate(entry);
  const reference = flags.ref === undefined ? undefined : await readReference(flags.ref, context);
  // Opens the store before anybody is asked for a key.
  const current = await keystore.secret(id);
  let secret: Secret | undefined;
  if (reference === undefined) {
    const command = `imgsys key rotate ${id}`;
    const stdin = flags.stdin ?? false;
    secret = await readKey({ provider, baseUrl: baseUrlOf(rotation), stdin, command }, context);
    if (current?.equals(secret))
      throw usage(`that is the key ${id} has already`, 'make a new one at the provider');
  } else if (flags.verify) {
    secret = await reference.resolve();
  }
  const verdict = await check(rotation, secret);
  const next = {
    ...(reference !== undefined ? { reference: reference.text } : secret && { secret }),
    ...(verdict !== undefined && { verdict }),
  };
  const rotated = await keystore.rotate(id, next, entry);
  const from = entry.tail === undefined ? '' : ` the one ending in ${entry.tail}`;
  const to =
    rotated.tail === undefined ? (reference?.shown ?? 'the new key') : `the key ending in ${rotated.tail}`;
  await tell(rotation, rotated, 'key-rotated', `${id} is ${to} from now on${from && `, no longer${from}`}`);
  const { streams } = context;
  say(streams, `the old one is kept for 7 days: imgsys key rotate ${id} --rollback brings it back`);
  say(
    streams,
    `once all is well, revoke the old one${revokeAt(rotation)}, then: imgsys key rotate ${id} --confirm`,
  );
}

async function rollBack(rotation: Rotation): Promise<void> {
  const { entry, keystore, context } = rotation;
  entryWithPrevious({ index: [entry] }, entry.id);
  const verdict = await check(rotation, await previousOf(rotation));
  const back = await keystore.rollback(entry.id, entry);
  if (verdict !== undefined) await keystore.noteVerdict(entry.id, verdict, context.clock.now());
  const tail = back.tail === undefined ? 'the one before' : `the key ending in ${back.tail}`;
  await tell(rotation, back, 'key-rolled-back', `${entry.id} is ${tail} again`);
  say(context.streams, `the other one is kept for 7 days: the same command swaps them again`);
}

async function previousOf({ entry, keystore, flags, context }: Rotation): Promise<Secret | undefined> {
  const secret = await keystore.previous(entry.id);
  if (secret !== undefined || entry.previousReference === undefined || !flags.verify) return secret;
  return (await readReference(entry.previousReference, context)).resolve();
}

async function confirm(rotation: Rotation): Promise<void> {
  const { entry, keystore, context } = rotation;
  const confirmed = await keystore.confirm(entry.id, entry);
  await tell(
    rotation,
    confirmed,
    'key-confirmed',
    `the key before the last rotation of ${entry.id} is forgotten`,
  );
  say(context.streams, `if you have not done so, revoke it${revokeAt(rotation)}`);
}

async function check(rotation: Rotation, secret: Secret | undefined): Promise<string | undefined> {
  const { entry, provider, flags, context } = rotation;
  if (!flags.verify) return undefined;
  const { organisation, project } = entry;
  const otherwise = `${entry.id} was left as it is`;
  const key = { provider, secret, baseUrl: baseUrlOf(rotation), organisation, project, otherwise };
  return (await checkKey(key, context)).kind;
}

function baseUrlOf({ entry, provider }: Rotation): string {
  const baseUrl = entry.baseUrl ?? provider.baseUrl;
  if (baseUrl !== undefined) return baseUrl;
  throw usage(
    `the key ${entry.id} has no address`,
    `remove it and add it again: imgsys key remove ${entry.id}`,
  );
}

async function tell(
  { flags, context }: Rotation,
  entry: KeyEntry,
  type: string,
  sentence: string,
): Promise<void> {
  const { streams, clock } = context;
  if (!flags.json) return say(streams, sentence);
  await writeResult(streams, `${JSON.stringify({ ...keyJson(entry, clock.now()), type })}\n`);
}

function revokeAt({ entry, provider }: Rotation): string {
  const { keyPage, baseUrl } = provider;
  return keyPage === undefined || entry.baseUrl !== baseUrl ? ' where it was made' : ` (${keyPage})`;
}

function usage(message: string, hint: string): CommandError {
  return new CommandError(message, { exitCode: exitCodes.usage, hint });
}
