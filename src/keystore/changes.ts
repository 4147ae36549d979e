// What happens to the keys of a store: pure steps from one content to the next, times in milliseconds since 1970.
import { printable } from '../text.ts';
import type { Slot } from './document.ts';
import type { KeyEntry, NewKey, NextKey, SlotType } from './keystore.ts';
import { changedMeanwhile, refused } from './refusals.ts';
import type { Payload, Values } from './vault.ts';

export interface Content {
  readonly slots: readonly Slot[];
  readonly index: readonly KeyEntry[];
  readonly payload: Payload;
}

/** The id of a key that may be added. Throws CommandError 2 for a name that is not one. */
export function idOf({ provider, name }: Pick<NewKey, 'provider' | 'name'>): string {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(provider)) throw refused(`${printable(provider)} is not a provider`);
  if (!/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(name)) {
    throw refused(
      `${printable(name)} cannot be the name of a key`,
      'use up to 64 letters, digits and . _ @ -, the first a letter or digit',
    );
  }
  return `${provider}/${name}`;
}

/** The entry of a key. Throws CommandError 2 when there is none. */
export function entryOf(index: readonly KeyEntry[], id: string): KeyEntry {
  const entry = index.find((candidate) => candidate.id === id);
  if (entry !== undefined) return entry;
  throw refused(`there is no key ${printable(id)}`, 'see the keys there are with imgsys key list');
}

// What makes it the same key as before; a verdict or a default that was noted meanwhile changes nothing.
const identity = [
  ...(['createdAtMs', 'rotatedAtMs', 'kind', 'tail', 'reference'] as const),
  ...(['baseUrl', 'organisation', 'project'] as const),
];

/** Throws CommandError 11 when the key is not the one that was `seen` before the lock was taken. */
export function checkUnchanged({ index }: Content, seen: KeyEntry): void {
  const entry = entryOf(index, seen.id);
  if (identity.some((name) => entry[name] !== seen[name])) throw changedMeanwhile(seen.id);
}

/** Throws CommandError 2 for a name that is not one or is taken. */
export function checkAdd(index: readonly KeyEntry[], key: NewKey): void {
  const id = idOf(key);
  if (!index.some((entry) => entry.id === id)) return;
  throw refused(
    `there is a key ${id} already`,
    `replace it with imgsys key rotate ${id}, or give another --name`,
  );
}

export function addKey(content: Content, key: NewKey, nowMs: number): Content {
  const { provider, name, secret, reference, baseUrl, organisation, project, verdict } = key;
  const id = idOf(key);
  checkAdd(content.index, key);
  const isFirst = !content.index.some((entry) => entry.provider === provider);
  const entry: KeyEntry = defined({
    ...{
      id,
      provider,
      name,
      kind: kindOf(key),
      tail: secret?.tail(),
      reference,
      baseUrl,
      organisation,
      project,
    },
    ...{ createdAtMs: nowMs, verdict, verdictAtMs: verdict === undefined ? undefined : nowMs },
    ...{ hasPrevious: false, isDefault: isFirst },
  });
  const payload = new Map(content.payload);
  if (secret !== undefined) payload.set(id, { current: secret.reveal() });
  const added = { ...content, index: [...content.index, entry], payload };
  return key.makeDefault ? chooseDefault(added, id) : added;
}

export function removeKey(content: Content, id: string): Content {
  entryOf(content.index, id);
  const payload = new Map(content.payload);
  payload.delete(id);
  return { ...content, index: content.index.filter((entry) => entry.id !== id), payload };
}

export function chooseDefault(content: Content, id: string): Content {
  const { provider } = entryOf(content.index, id);
  const index = content.index.map((entry) =>
    entry.provider === provider ? { ...entry, isDefault: entry.id === id } : entry,
  );
  return { ...content, index };
}

export function noteKeyVerdict(content: Content, id: string, verdict: string, verdictAtMs: number): Content {
  return replace(content, { ...entryOf(content.index, id), verdict, verdictAtMs });
}

/** Puts a slot in the place of the one of its type. */
export function putSlot(content: Content, slot: Slot): Content {
  return { ...content, slots: [...content.slots.filter(({ type }) => type !== slot.type), slot] };
}

export function dropSlot(content: Content, type: SlotType): Content {
  const slots = content.slots.filter((slot) => slot.type !== type);
  if (slots.length === content.slots.length) throw refused(`the key store has no ${type} slot`);
  if (slots.length === 0) {
    throw refused(
      `the ${type} slot is the only way into the key store`,
      'add another first: imgsys key store add-passphrase',
    );
  }
  return { ...content, slots };
}

/** The content with that entry in the place of the one of its id, and with these values where any are given. */
export function replace(content: Content, entry: KeyEntry, values?: Values): Content {
  const index = content.index.map((old) => (old.id === entry.id ? entry : old));
  if (values === undefined) return { ...content, index };
  const payload = new Map(content.payload);
  if (values.current === undefined && values.previous === undefined) payload.delete(entry.id);
  else payload.set(entry.id, values);
  return { ...content, index, payload };
}

export function kindOf({ secret, reference }: NextKey): KeyEntry['kind'] {
  if (secret !== undefined) return 'stored';
  return reference === undefined ? 'no-key' : 'reference';
}

type Defined<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> };

/** Without the members that are undefined, as they are when read back. */
export function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>;
}
