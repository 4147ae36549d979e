// What commands that deal with keys get on top of the context; everything is made on first use.
import type { Context } from '../context.ts';
import type { Credentials } from '../credentials.ts';
import { CommandError, exitCodes } from '../errors.ts';
import type { Keystore } from '../keystore/keystore.ts';
import type { Secret } from '../secret.ts';
import { say, warn } from '../streams.ts';
import type { Prompts } from './prompts.ts';

export interface KeyContext extends Context {
  /** Whether a person at the terminal may be asked: standard input and error are one, no CI, no `--no-input`. */
  readonly interactive: boolean;
  /** Through the proxy of the environment. */
  readonly fetch: typeof fetch;
  /** Asks for the passphrase of the key store, twice for a new one; absent where nobody can be asked. */
  readonly askPassphrase?: (what: 'unlock' | 'new') => Promise<Secret>;
  keystore(): Promise<Keystore>;
  credentials(): Promise<Credentials>;
  /** Only where `interactive`. */
  prompts(): Promise<Prompts>;
}

export interface KeyContextOptions {
  /** False for `--no-input`. */
  readonly input: boolean;
}

const minCharacters = 12;

/** The context with keys. A context has one: the store is unlocked once, a secret manager asked once. */
export function withKeys(context: Context, { input }: KeyContextOptions): KeyContext {
  const { streams, env, clock, paths } = context;
  const mayAsk = input && !env.CI && streams.stderr.isTTY === true;
  const interactive = mayAsk && streams.stdin.isTTY === true;
  let fetchThere: Promise<typeof fetch> | undefined;
  let keystore: Promise<Keystore> | undefined;
  let credentials: Promise<Credentials> | undefined;

  const openStore = async (): Promise<Keystore> => {
    const { openKeystore } = await import('../keystore/keystore.ts');
    const ask = mayAsk ? { askPassphrase: (what: 'unlock' | 'new') => askPassphrase(what, context) } : {};
    const tell = (message: string) => say(streams, message);
    return openKeystore(paths.keystore, { ...ask, env, say: tell, interactive: mayAsk }, clock);
  };
  const keys: Omit<KeyContext, keyof Context> = {
    interactive,
    ...(mayAsk && { askPassphrase: (what) => askPassphrase(what, context) }),
    async fetch(address, init) {
      fetchThere ??= import('../providers/proxy.ts').then((module) => module.fetchThroughProxy(env));
      return (await fetchThere)(address, init);
    },
    keystore() {
      keystore ??= openStore();
      return keystore;
    },
    async credentials() {
      credentials ??= import('../credentials.ts').then((module) =>
        module.openCredentials({ env, clock, interactive: mayAsk, keystore: keys.keystore }),
      );
      return credentials;
    },
    prompts: async () => (await import('./prompts.ts')).createPrompts(context),
  };
  return { ...context, ...keys };
}

// Also where the key itself comes through a pipe: then the terminal is asked past standard input.
async function askPassphrase(what: 'unlock' | 'new', context: Context): Promise<Secret> {
  const { streams } = context;
  const { createPrompts, hasControllingTerminal } = await import('./prompts.ts');
  const { Secret } = await import('../secret.ts');
  const { redactor } = await import('../redact.ts');
  const isPiped = streams.stdin.isTTY !== true;
  if (isPiped && !hasControllingTerminal()) throw noTerminal();
  const prompts = createPrompts(context, isPiped ? 'controlling' : 'stdin');
  if (what === 'unlock') return learnt(await prompts.hidden('Passphrase of the key store:'));
  for (;;) {
    const text = await prompts.hidden('New passphrase for the key store:');
    if ([...text].length < minCharacters) {
      warn(streams, `use ${minCharacters} characters or more, such as four words taken at random`);
    } else if (text === (await prompts.hidden('The same again:'))) {
      return learnt(text);
    } else {
      warn(streams, 'the two differ, once more');
    }
  }

  function learnt(text: string): Secret {
    const secret = new Secret(text);
    redactor.learn(secret);
    return secret;
  }
}

function noTerminal(): CommandError {
  return new CommandError('the key store needs its passphrase, and nobody is there to be asked', {
    exitCode: exitCodes.keyStoreLocked,
    hint: 'set IMGSYS_PASSPHRASE_FILE to a file with mode 600 that holds it',
  });
}
