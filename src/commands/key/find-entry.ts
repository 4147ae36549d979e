import { addCommand, candidates } from '../../credentials/sources.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import type { KeyEntry } from '../../keystore/keystore.ts';
import { findKeyProvider, keyProviders } from '../../providers/key-providers.ts';
import type { KeyProvider } from '../../providers/provider.ts';

/**
 * The stored key that `target` means: `PROVIDER/NAME`, or `PROVIDER` for its default or only one. Throws CommandError:
 * 4 when there is none, 2 when several could be meant or it is a variable, which only its owner can change.
 */
export function findEntry(target: string, entries: readonly KeyEntry[], env: NodeJS.ProcessEnv): KeyEntry {
  if (target.includes('/')) {
    const named = entries.find(({ id }) => id === target);
    if (named !== undefined) return named;
    throw noEntry(target);
  }
  if (isVariable(target)) throw belongsToEnvironment(target);
  const provider = findKeyProvider(target);
  const own = entries.filter((entry) => entry.provider === provider.id);
  const entry = own.find(({ isDefault }) => isDefault) ?? (own.length === 1 ? own[0] : undefined);
  if (entry !== undefined) return entry;
  const [first] = own;
  if (first !== undefined) {
    throw new CommandError(`several keys for ${provider.id} could be meant`, {
      exitCode: exitCodes.usage,
      hint: `name one: ${own.map(({ id }) => id).join(', ')}`,
    });
  }
  const variable = candidates(provider, env, entries).find((candidate) => candidate.variable)?.variable;
  throw variable === undefined ? noKeyFor(provider) : belongsToEnvironment(variable);
}

function noEntry(target: string): CommandError {
  // What is no name may be a key in the wrong place, and is not repeated.
  const isName = /^[a-z][a-z-]{0,29}\/[\w.@-]{1,40}$/.test(target);
  return new CommandError(isName ? `there is no key ${target}` : 'there is no such key', {
    exitCode: exitCodes.noKey,
    hint: 'see the keys there are with imgsys key list',
  });
}

function noKeyFor(provider: KeyProvider): CommandError {
  return new CommandError(`there is no key for ${provider.id}`, {
    exitCode: exitCodes.noKey,
    hint: `add one: ${addCommand(provider)}`,
  });
}

function isVariable(target: string): boolean {
  const vendors = keyProviders.flatMap(({ vendorVariables }) => vendorVariables);
  return /^IMGSYS_(?:KEY|BASE_URL)_/.test(target) || vendors.includes(target);
}

function belongsToEnvironment(variable: string): CommandError {
  return new CommandError(`the key in ${variable} belongs to the environment, which imgsys cannot change`, {
    exitCode: exitCodes.usage,
    hint: `change or unset ${variable} where it is set: your shell's start-up file, or the settings of your CI`,
  });
}
