import { Argument, Command } from 'commander';
import type { Context } from '../../context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import type { Keystore, SlotInfo, SlotType } from '../../keystore/keystore.ts';
import { redactor } from '../../redact.ts';
import { Secret } from '../../secret.ts';
import { hint, say, warn, writeResult } from '../../streams.ts';
import { counted, printable } from '../../text.ts';
import { notes } from '../help.ts';

export interface KeyStoreContext extends Context {
  keystore(): Promise<Keystore>;
  /** Asks at the terminal, hidden, twice for a new one; undefined where nobody can be asked. */
  readonly askPassphrase?: (what: 'unlock' | 'new') => Promise<Secret>;
}

const examples = `
Examples:
  imgsys key store status                      where the keys lie and what opens them
  imgsys key store add-passphrase              a way in for the day the keychain is lost
  imgsys key store add-passphrase --stdin <p   the same from a script
  imgsys key store remove-slot passphrase      take a way in away again; never the last one

The store is one encrypted file. Each slot is a way into it, and any one of them is enough: the keychain of this
machine, a passphrase (IMGSYS_PASSPHRASE_FILE, IMGSYS_PASSPHRASE or asked for), a key file.`;

/** `imgsys key store status|add-passphrase|add-keyring|add-keyfile|remove-slot`: how the store is unlocked. */
export function storeCommand(context: KeyStoreContext): Command {
  const command = new Command('store')
    .description('how the key store is unlocked')
    .addHelpText('after', notes(examples));
  const add = (name: string, description: string) =>
    command.command(name).description(description).option('--json', 'JSON Lines');
  add('status', 'where the keys lie and what opens them').action((flags: Flags) => status(flags, context));
  add('add-passphrase', 'add a passphrase, or change the one there is')
    .option('--stdin', 'read it from standard input, one line')
    .action((flags: PassphraseFlags) => addPassphrase(flags, context));
  add('add-keyring', 'let the keychain of this machine open the store').action((flags: Flags) =>
    addKeyring(flags, context),
  );
  add('add-keyfile', 'let a file open the store (weak: protects only copies made without it)')
    .argument('<path>', 'the key file; made when it is not there')
    .action((path: string, flags: Flags) => addKeyFile(path, flags, context));
  add('remove-slot', 'take away one way into the store')
    .addArgument(new Argument('<slot>').choices(['keyring', 'passphrase', 'keyfile']))
    .action((type: SlotType, flags: Flags) => removeSlot(type, flags, context));
  return command;
}

interface Flags {
  json?: boolean;
}

interface PassphraseFlags extends Flags {
  stdin?: boolean;
}

async function status(flags: Flags, context: KeyStoreContext): Promise<void> {
  const { streams } = context;
  const store = await context.keystore();
  const slots = await store.slots();
  await printStatus(store, slots, flags, context);
  if (slots.length === 0) {
    hint(streams, 'the first imgsys key add makes it');
    return;
  }
  const types = slots.map(({ type }) => type);
  if (types.includes('keyfile')) {
    warn(streams, 'whoever copies the store and its key file together has the keys');
  }
  if (types.length === 1 && types[0] === 'keyring') {
    hint(
      streams,
      'if the keychain is lost, so are the keys; a second way in: imgsys key store add-passphrase',
    );
  }
}

async function addPassphrase(flags: PassphraseFlags, context: KeyStoreContext): Promise<void> {
  const store = await context.keystore();
  const had = (await store.slots()).some(({ type }) => type === 'passphrase');
  await store.addPassphrase(await newPassphrase(flags, context));
  await done(
    had ? 'the passphrase of the key store was changed' : 'the passphrase opens the key store from now on',
    store,
    flags,
    context,
  );
}

async function addKeyring(flags: Flags, context: KeyStoreContext): Promise<void> {
  const store = await context.keystore();
  await store.addKeyring();
  await done('the keychain of this machine opens the key store from now on', store, flags, context);
}

async function addKeyFile(path: string, flags: Flags, context: KeyStoreContext): Promise<void> {
  const store = await context.keystore();
  await store.addKeyFile(path);
  warn(context.streams, 'a key file protects only copies of the store that are made without it');
  await done(`${printable(path)} opens the key store from now on`, store, flags, context);
}

async function removeSlot(type: SlotType, flags: Flags, context: KeyStoreContext): Promise<void> {
  const store = await context.keystore();
  await store.removeSlot(type);
  await done(`the ${words[type]} does not open the key store any more`, store, flags, context);
}

async function newPassphrase({ stdin }: PassphraseFlags, context: KeyStoreContext): Promise<Secret> {
  if (!stdin && context.askPassphrase !== undefined) return context.askPassphrase('new');
  if (!stdin) {
    throw new CommandError('there is no terminal to ask for the passphrase', {
      exitCode: exitCodes.usage,
      hint: 'pipe it in: imgsys key store add-passphrase --stdin < FILE',
    });
  }
  const secret = new Secret(await readLine(context));
  redactor.learn(secret);
  return secret;
}

const maxCharacters = 4096;

async function readLine({ streams }: Context): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of streams.stdin) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length > maxCharacters) break;
  }
  const line = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r?\n$/, '');
  if (line !== '' && length <= maxCharacters && !/[\r\n]/.test(line)) return line;
  throw new CommandError('standard input does not hold a passphrase on one line', {
    exitCode: exitCodes.usage,
  });
}

async function done(message: string, store: Keystore, flags: Flags, context: KeyStoreContext): Promise<void> {
  say(context.streams, message);
  if (flags.json) await printStatus(store, await store.slots(), flags, context);
}

async function printStatus(
  store: Keystore,
  slots: readonly SlotInfo[],
  { json }: Flags,
  { streams }: KeyStoreContext,
): Promise<void> {
  const keys = (await store.entries()).length;
  if (json) {
    const generation = await store.generation();
    const found = { type: 'key-store', file: store.file, exists: slots.length > 0, generation, keys, slots };
    await writeResult(streams, `${JSON.stringify(found)}\n`);
    return;
  }
  const rows = [
    ['key store', slots.length > 0 ? printable(store.file) : `none yet, would be ${printable(store.file)}`],
    ['holds', counted(keys, 'key')],
    ...slots.map((slot, at) => [at === 0 ? 'opened by' : 'or by', describe(slot)] as const),
  ];
  for (const [name = '', text] of slots.length > 0 ? rows : rows.slice(0, 1)) {
    await writeResult(streams, `${name.padEnd(11)} ${text}\n`);
  }
}

const words: Readonly<Record<SlotType, string>> = {
  keyring: 'keychain of this machine',
  passphrase: 'passphrase',
  keyfile: 'key file',
};

function describe({ type, place }: SlotInfo): string {
  return `the ${words[type]}${place === undefined ? '' : ` (${printable(place)})`}, slot ${type}`;
}
