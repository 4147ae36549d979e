// The store of keys as the rest of the program sees it. Loads nothing heavy: a list of keys costs reading one file.
import type { Clock } from '../clock.ts';
import type { Secret } from '../secret.ts';
import {
  addKey,
  type Content,
  checkAdd,
  checkUnchanged,
  chooseDefault,
  entryOf,
  idOf,
  noteKeyVerdict,
  removeKey,
} from './changes.ts';
import type { Slot } from './document.ts';
import type { Keyring } from './keyring.ts';
import { readDocument } from './read-document.ts';
import { asOf, confirmKey, rollBackKey, rotateKey } from './rotation.ts';
import type { Session, Step } from './session.ts';

/** What may be known of a key without unlocking the store. Times in milliseconds since 1970. */
export interface KeyEntry {
  /** `provider/name`, as in `openai/default`. */
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly kind: 'stored' | 'reference' | 'no-key';
  /** The last four characters of a stored key of 20 or more. */
  readonly tail?: string;
  readonly reference?: string;
  /** The reference that was in use before the last rotation, while it can be rolled back to. */
  readonly previousReference?: string;
  readonly baseUrl?: string;
  readonly organisation?: string;
  readonly project?: string;
  readonly createdAtMs: number;
  readonly rotatedAtMs?: number;
  readonly verdict?: string;
  readonly verdictAtMs?: number;
  /** Whether `rollback` can bring back what was in use before the last rotation. */
  readonly hasPrevious: boolean;
  /** Whether it is the key used for its provider; at most one of a provider is. */
  readonly isDefault: boolean;
}

/** A key to add: with a secret, a reference, or neither (a server that asks for no key). */
export interface NewKey {
  readonly provider: string;
  readonly name: string;
  readonly secret?: Secret;
  readonly reference?: string;
  readonly baseUrl?: string;
  readonly organisation?: string;
  readonly project?: string;
  /** The first key of a provider is the default in any case. */
  readonly makeDefault: boolean;
  readonly verdict?: string;
}

/** What takes the place of a key: a secret or a reference. */
export interface NextKey {
  readonly secret?: Secret;
  readonly reference?: string;
  readonly verdict?: string;
}

export type SlotType = 'keyring' | 'passphrase' | 'keyfile';

/** One way of opening the store. */
export interface SlotInfo {
  readonly type: SlotType;
  /** Where the key of the slot is: keyring service and account, or the path of the key file. */
  readonly place?: string;
}

/**
 * Keys in one encrypted file. Reading entries, generation and slots needs no unlocking; all else unlocks once.
 * Throws CommandError: 2 for what cannot be done as asked, 11 while another process holds the store,
 * 12 when it cannot be opened or is not safe to open; the file is then left as it is.
 */
export interface Keystore {
  readonly file: string;
  /** All keys, in order of adding; none when there is no file. */
  entries(): Promise<readonly KeyEntry[]>;
  /** Grows with every save; 0 when there is no file. */
  generation(): Promise<number>;
  /** Creates the store if there is none. Resolves when the key was written, read back and compared. */
  add(key: NewKey): Promise<KeyEntry>;
  /** Undefined for a reference and for no key. */
  secret(id: string): Promise<Secret | undefined>;
  /**
   * One atomic write: the current value becomes the previous one. Refused (2) while there is a previous one already.
   * With `seen`, this and the next two are refused (11) when the key is not as it was seen.
   */
  rotate(id: string, next: NextKey, seen?: KeyEntry): Promise<KeyEntry>;
  previous(id: string): Promise<Secret | undefined>;
  /** Swaps current and previous. */
  rollback(id: string, seen?: KeyEntry): Promise<KeyEntry>;
  /** Drops the previous value, which 7 days do as well. */
  confirm(id: string, seen?: KeyEntry): Promise<KeyEntry>;
  remove(id: string): Promise<void>;
  makeDefault(id: string): Promise<void>;
  noteVerdict(id: string, verdict: string, atMs: number): Promise<void>;
  slots(): Promise<readonly SlotInfo[]>;
  /** Adds the passphrase, or replaces the one there is. */
  addPassphrase(next: Secret): Promise<void>;
  /** Adds a key file, making it when there is none at `path`, or replaces the one there is. */
  addKeyFile(path: string): Promise<void>;
  /** Adds the keychain of this machine and user, or renews its slot. */
  addKeyring(): Promise<void>;
  /** Never the last one, and only while another one opens the store. */
  removeSlot(type: SlotType): Promise<void>;
}

/** How the store may be unlocked. */
export interface Unlocking {
  /** `IMGSYS_PASSPHRASE_FILE` and `IMGSYS_PASSPHRASE` are deleted from it once read. */
  readonly env: NodeJS.ProcessEnv;
  /** Only with a terminal and prompts allowed. */
  readonly askPassphrase?: (what: 'unlock' | 'new') => Promise<Secret>;
  /** Tells people what is being waited for, or why they are asked. */
  readonly say: (message: string) => void;
  readonly interactive: boolean;
}

/** Touches nothing until it is used. `keyring` stands in for the keychain of the system in tests. */
export function openKeystore(file: string, unlocking: Unlocking, clock: Clock, keyring?: Keyring): Keystore {
  let session: Promise<Session> | undefined;
  const open = () => {
    session ??= import('./session.ts').then((module) => module.openSession(file, unlocking, clock, keyring));
    return session;
  };
  const index = () => readDocument(file)?.index ?? [];
  // One step for one key, and the entry it leads to. What cannot be done is said before anybody is asked to unlock.
  const change = async (id: string, step: Step, seen?: KeyEntry): Promise<KeyEntry> => {
    entryOf(index(), id);
    const checked: Step = (content) => {
      if (seen !== undefined) checkUnchanged(content, seen);
      return step(content);
    };
    return entryOf((await (await open()).change(checked)).index, id);
  };
  return {
    file,
    entries: async () => index().map((entry) => asOf(entry, clock.now())),
    generation: async () => readDocument(file)?.gen ?? 0,
    async add(key) {
      checkAdd(index(), key);
      const step = (content: Content) => addKey(content, key, clock.now());
      return entryOf((await (await open()).create(step, key.provider)).index, idOf(key));
    },
    secret: async (id) => (await open()).value(id, 'current'),
    rotate: (id, next, seen) => change(id, (content) => rotateKey(content, id, next, clock.now()), seen),
    previous: async (id) => (await open()).value(id, 'previous'),
    rollback: (id, seen) => change(id, (content) => rollBackKey(content, id, clock.now()), seen),
    confirm: (id, seen) => change(id, (content) => confirmKey(content, id), seen),
    async remove(id) {
      entryOf(index(), id);
      await (await open()).change((content) => removeKey(content, id));
    },
    async makeDefault(id) {
      await change(id, (content) => chooseDefault(content, id));
    },
    async noteVerdict(id, verdict, atMs) {
      await change(id, (content) => noteKeyVerdict(content, id, verdict, atMs));
    },
    slots: async () => (readDocument(file)?.slots ?? []).map(describeSlot),
    addPassphrase: async (next) => (await open()).addPassphrase(next),
    addKeyFile: async (path) => (await open()).addKeyFile(path),
    addKeyring: async () => (await open()).addKeyring(),
    removeSlot: async (type) => (await open()).removeSlot(type),
  };
}

function describeSlot(slot: Slot): SlotInfo {
  if (slot.type === 'keyring') return { type: slot.type, place: `${slot.service} ${slot.account}` };
  return slot.type === 'keyfile' ? { type: slot.type, place: slot.path } : { type: slot.type };
}
