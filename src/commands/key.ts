import { Command } from 'commander';
import type { Context } from '../context.ts';
import { type KeyContext, withKeys } from '../credentials/key-context.ts';
import { keyProviders } from '../providers/key-providers.ts';
import { notes } from './help.ts';
import type { AddFlags } from './key/add.ts';
import type { RemoveFlags } from './key/remove.ts';
import type { RotateFlags } from './key/rotate.ts';
import { type KeyStoreContext, storeCommand } from './key/store.ts';
import type { VerifyFlags } from './key/verify.ts';

export interface KeyFlags {
  json?: boolean;
  /** False for `--no-input`. */
  input?: boolean;
}

const examples = `
Examples:
  imgsys key add                               choose a provider, paste the key: it is hidden
  imgsys key add openai --name team <key.txt   from a file or pipe
  imgsys key add openai --ref op://Team/OpenAI/key
  imgsys key list                              what there is, and which is used
  imgsys key verify --all                      ask the providers, free of charge
  imgsys key rotate openai                     a new key without a gap

Which key is used: IMGSYS_KEY_<PROVIDER>, else the default of the store, else the variable that the provider's own tools
read (OPENAI_API_KEY, GEMINI_API_KEY, STABILITY_API_KEY, REPLICATE_API_TOKEN, FAL_KEY). A key is never given on the command line.

Exit codes: 0 done, 2 usage, 4 no usable key, 5 could not be found out, 11 store in use, 12 store cannot be unlocked.`;

const addExamples = `
Examples:
  imgsys key add                                choose from a list
  imgsys key add openai                         asks for the key, hidden
  imgsys key add openai --name team --default   a second key, used from now on
  pass show openai | imgsys key add openai      from a pipe
  imgsys key add openai --ref env:MY_KEY        keeps where the key is, not the key
  imgsys key add openai-compatible --base-url http://127.0.0.1:1234/v1 --no-key

The key is checked with the provider free of charge, then stored encrypted, then read back. Exit codes: 4 the provider
does not accept it, 5 it could not be checked (--no-verify stores it all the same), 12 nothing here keeps it safely.`;

const verifyExamples = `
Examples:
  imgsys key verify                    the keys that would be used now
  imgsys key verify openai/team        one key
  imgsys key verify --all --json       every key there is
  imgsys key verify openai --model gpt-image-2.5-flare

It costs nothing. Exit codes: 0 nothing is wrong, 4 a key is invalid, or the model named with --model is not
there for it, 5 a key could not be checked.`;

const rotateExamples = `
Examples:
  imgsys key rotate openai              asks for the new key, checks it, then puts it in the place of the old one
  imgsys key rotate openai/team <new.txt
  imgsys key rotate openai --rollback   back to the old one; possible for 7 days
  imgsys key rotate openai --confirm    forget the old one, after you revoked it at the provider

A run that is going on takes up the new key when the provider refuses the old one.`;

/** `imgsys key add|list|verify|rotate|use|remove|store`: parses only; each action is loaded when it is used. */
export function keyCommand(context: Context): Command {
  let input = true;
  let made: KeyContext | undefined;
  const keys = () => {
    made ??= withKeys(context, { input });
    return made;
  };
  const command = new Command('key')
    .description('keep your API keys: encrypted, checked, replaced without a gap')
    .addHelpText('after', notes(examples))
    .hook('preAction', (_command, action) => {
      input = action.opts<KeyFlags>().input !== false;
    });

  command
    .command('add')
    .description('add a key, or a reference to where one is kept')
    .argument('[provider]', `${keyProviders.map(({ id }) => id).join(', ')}; asked for without one`)
    .option('--name <name>', 'to tell several keys of one provider apart', 'default')
    .option('--stdin', 'read the key from standard input, also at a terminal')
    .option(
      '--ref <reference>',
      'keep a reference: env:, file:, exec:, op:, pass:, vault:, aws-sm:, az-kv:, gcp-sm:',
    )
    .option('--no-key', 'the server asks for none')
    .option('--base-url <url>', 'address of the server: https, or on this machine; the key goes nowhere else')
    .option('--org <id>', 'organisation to use the key for')
    .option('--project <id>', 'project to use the key for')
    .option('--default', 'use it from now on')
    .option('--no-verify', 'do not ask the provider')
    .addHelpText('after', notes(addExamples))
    .action(async (provider: string | undefined, flags: AddFlags) =>
      (await import('./key/add.ts')).addKey(provider, flags, keys()),
    );
  command
    .command('list')
    .description('keys, where they are, how old, their last verdict, and which is used; unlocks nothing')
    .action(async (flags: KeyFlags) => (await import('./key/list.ts')).listKeys(flags, keys()));
  command
    .command('verify')
    .description('ask the provider whether keys work, free of charge')
    .argument('[key]', 'PROVIDER or PROVIDER/NAME')
    .option('--all', 'every key, not only those that would be used now')
    .option('--model <model>', 'also whether this model is there')
    .addHelpText('after', notes(verifyExamples))
    .action(async (key: string | undefined, flags: VerifyFlags) =>
      (await import('./key/verify.ts')).verifyKeys(key, flags, keys()),
    );
  command
    .command('rotate')
    .description('put a new key in the place of one, without a gap')
    .argument('<key>', 'PROVIDER or PROVIDER/NAME')
    .option('--stdin', 'read the new key from standard input, also at a terminal')
    .option('--ref <reference>', 'put a reference in its place')
    .option('--rollback', 'back to the key before')
    .option('--confirm', 'forget the key before')
    .option('--no-verify', 'do not ask the provider')
    .addHelpText('after', notes(rotateExamples))
    .action(async (key: string, flags: RotateFlags) =>
      (await import('./key/rotate.ts')).rotateKey(key, flags, keys()),
    );
  command
    .command('use')
    .description('make a key the default of its provider')
    .argument('<key>', 'PROVIDER/NAME; PROVIDER alone where it has only one key')
    .addHelpText('after', notes('Examples:\n  imgsys key use openai/team'))
    .action(async (key: string, flags: KeyFlags) =>
      (await import('./key/use.ts')).useKey(key, flags, keys()),
    );
  command
    .command('remove')
    .description('remove a key from the store; it goes on working until it is revoked at the provider')
    .argument('<key>', 'PROVIDER or PROVIDER/NAME')
    .option('-y, --yes', 'without asking')
    .addHelpText(
      'after',
      notes('Examples:\n  imgsys key remove openai/team\n  imgsys key remove openai --yes'),
    )
    .action(async (key: string, flags: RemoveFlags) =>
      (await import('./key/remove.ts')).removeKey(key, flags, keys()),
    );
  for (const child of command.commands) child.option('--json', 'JSON Lines');
  command.addCommand(storeCommand(storeContext(context, keys)));
  for (const leaf of leaves(command)) leaf.option('--no-input', 'never ask anything');
  return command;
}

// Made before the flags are read, so it looks at them when it is used.
function storeContext(context: Context, keys: () => KeyContext): KeyStoreContext {
  return Object.defineProperty({ ...context, keystore: () => keys().keystore() }, 'askPassphrase', {
    get: () => keys().askPassphrase,
  });
}

function leaves(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}
