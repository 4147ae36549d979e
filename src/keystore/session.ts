// A store in use: unlocked once, read afresh for every question, changed under the lock in one atomic write.
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { Clock } from '../clock.ts';
import { redactor } from '../redact.ts';
import { Secret } from '../secret.ts';
import { type Content, dropSlot, entryOf, putSlot } from './changes.ts';
import { type Document, findSlot, format, printDocument, type Slot, version } from './document.ts';
import { prepareKeyFile } from './key-file.ts';
import { type Keyring, openKeyring } from './keyring.ts';
import { forgetKeyringItem, renewKeyringSlot } from './keyring-slot.ts';
import type { SlotType, Unlocking } from './keystore.ts';
import { withLock } from './lock.ts';
import { checkNewPassphrase, takePassphrase } from './passphrase.ts';
import { readDocument } from './read-document.ts';
import { cannotUnlock, locked, refused } from './refusals.ts';
import { asOf, dropExpired } from './rotation.ts';
import { makeKeyFileSlot, makePassphraseSlot } from './slots.ts';
import { firstSlots, type Means, unlock } from './unlock.ts';
import { newKey, openPayload, sealPayload, type Values } from './vault.ts';
import { preparePrivateFolder, replacePrivateFile, sweepTemporaries } from './write-file.ts';

export type Step = (content: Content) => Content;

export interface Session {
  value(id: string, which: keyof Values): Promise<Secret | undefined>;
  /** Takes one step and resolves with what then lies on the disk, read back. */
  change(step: Step): Promise<Document>;
  /** The same, making the store when there is none; `provider` only names the ways out when that is refused. */
  create(step: Step, provider: string): Promise<Document>;
  addPassphrase(next: Secret): Promise<void>;
  addKeyFile(path: string): Promise<void>;
  addKeyring(): Promise<void>;
  removeSlot(type: SlotType): Promise<void>;
}

// The store and its data key, as found before the lock was taken.
interface Opened {
  readonly id: string;
  readonly dataKey: Buffer;
  /** Only of a store that is to be made. */
  readonly slots?: readonly Slot[];
  readonly undo?: () => Promise<void>;
  /** Set before anything is written: from then on nothing may be undone that the file needs. */
  written?: boolean;
}

interface ChangeOptions {
  /** How to make the store when there is none; without, that is refused. */
  readonly first?: (id: string, dataKey: Buffer) => Promise<{ slots: Slot[]; undo?: () => Promise<void> }>;
  /** The slot that does not count when unlocking. */
  readonly without?: SlotType;
  /** Made before the lock is taken. */
  readonly slot?: (id: string, dataKey: Buffer) => Promise<Slot>;
}

// Another process may make or replace the store between unlocking and locking; more than this is no accident.
const attempts = 5;

export function openSession(
  file: string,
  unlocking: Unlocking,
  clock: Clock,
  keyring: Keyring = openKeyring(unlocking),
): Session {
  const means: Means = { file, keyring, unlocking, given: takePassphrase(unlocking.env) };
  let known: { readonly id: string; readonly dataKey: Promise<Buffer> } | undefined;

  // Asked for by several at once, it is unlocked once.
  async function dataKeyOf(document: Document, without?: SlotType): Promise<Buffer> {
    if (known?.id !== document.id || without !== undefined) {
      known = { id: document.id, dataKey: unlock(document, means, without) };
    }
    try {
      return await known.dataKey;
    } catch (error) {
      known = undefined;
      throw error;
    }
  }

  async function open({ first, without }: ChangeOptions): Promise<Opened> {
    const document = readDocument(file);
    if (document !== undefined) return { id: document.id, dataKey: await dataKeyOf(document, without) };
    if (first === undefined) throw refused('there is no key store yet', 'add a key first: imgsys key add');
    preparePrivateFolder(dirname(file));
    const made = { id: randomUUID(), dataKey: newKey() };
    return { ...made, ...(await first(made.id, made.dataKey)) };
  }

  // Under the lock. Undefined when the store is not the one that was opened.
  async function save(opened: Opened, step: Step): Promise<Document | undefined> {
    const { id, dataKey, slots } = opened;
    const before = readDocument(file);
    if (before === undefined ? slots === undefined : before.id !== id) return undefined;
    const payload = before === undefined ? new Map() : openPayload(before, dataKey, file);
    const content = { slots: before?.slots ?? slots ?? [], index: before?.index ?? [], payload };
    const next = step(dropExpired(content, clock.now()));
    const facts = {
      format,
      version,
      id,
      gen: (before?.gen ?? 0) + 1,
      slots: next.slots,
      index: next.index,
    } as const;
    const document = sealPayload(facts, next.payload, dataKey);
    await sweepTemporaries(file, clock.now());
    opened.written = true;
    await replacePrivateFile(file, printDocument(document));
    return readBack(document, next, dataKey);
  }

  function readBack(written: Document, { payload }: Content, dataKey: Buffer): Document {
    const found = readDocument(file);
    const values = found && openPayload(found, dataKey, file);
    const same = found?.gen === written.gen && found.id === written.id && values?.size === payload.size;
    if (same && [...payload].every(([id, { current }]) => values.get(id)?.current === current)) return found;
    throw cannotUnlock(
      `the key store ${file} does not hold what was written to it`,
      'check its disk, then try again',
    );
  }

  async function change(step: Step, options: ChangeOptions = {}): Promise<Document> {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const opened = await open(options);
      let saved: Document | undefined;
      try {
        const slot = await options.slot?.(opened.id, opened.dataKey);
        const whole: Step = slot === undefined ? step : (content) => putSlot(step(content), slot);
        saved = await withLock(file, clock, () => save(opened, whole));
      } finally {
        if (!opened.written) await opened.undo?.();
      }
      if (saved === undefined) continue;
      known = { id: opened.id, dataKey: Promise.resolve(opened.dataKey) };
      return saved;
    }
    throw locked(file);
  }

  const addSlot = async (slot: NonNullable<ChangeOptions['slot']>, canBeFirst: boolean) => {
    const first = async () => ({ slots: [] });
    await change((content) => content, canBeFirst ? { slot, first } : { slot });
  };

  return {
    change: (step) => change(step),
    create: (step, provider) =>
      change(step, { first: (id, dataKey) => firstSlots(id, dataKey, means, provider) }),
    async value(id, which) {
      const document = readDocument(file);
      const { hasPrevious } = asOf(entryOf(document?.index ?? [], id), clock.now());
      if (document === undefined || (which === 'previous' && !hasPrevious)) return undefined;
      // Also where there is no value to be had: only now is it sure that nobody changed what the entry says.
      const text = openPayload(document, await dataKeyOf(document), file).get(id)?.[which];
      if (text === undefined) return undefined;
      const secret = new Secret(text);
      redactor.learn(secret);
      return secret;
    },
    async addPassphrase(next) {
      checkNewPassphrase(next);
      await addSlot((id, dataKey) => makePassphraseSlot(id, dataKey, next), true);
    },
    async addKeyFile(path) {
      const place = await prepareKeyFile(path, file);
      await addSlot(async (id, dataKey) => makeKeyFileSlot(id, dataKey, place), true);
    },
    async addKeyring() {
      const slot = findSlot(readDocument(file)?.slots ?? [], 'keyring');
      await addSlot((id, dataKey) => renewKeyringSlot(id, dataKey, slot, keyring), false);
    },
    async removeSlot(type) {
      const document = readDocument(file);
      if (document === undefined) throw refused('there is no key store yet');
      dropSlot({ slots: document.slots, index: [], payload: new Map() }, type);
      await change((content) => dropSlot(content, type), { without: type });
      if (type === 'keyring') await forgetKeyringItem(document.id, keyring, unlocking.say);
    },
  };
}
