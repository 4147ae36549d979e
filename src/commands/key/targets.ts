// Which keys a command looks at: the ones in use, one, or all; those of the environment as well as those of the store.
import type { KeyContext } from '../../credentials/key-context.ts';
import { type Candidate, candidates } from '../../credentials/sources.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import type { KeyEntry } from '../../keystore/keystore.ts';
import { findKeyProvider, keyProviders } from '../../providers/key-providers.ts';
import type { KeyProvider } from '../../providers/provider.ts';
import { counted, printable } from '../../text.ts';
import { findEntry } from './find-entry.ts';

export interface Target {
  readonly provider: KeyProvider;
  readonly candidate: Candidate;
}

/** `target` is `PROVIDER`, `PROVIDER/NAME`, or absent for every provider. Throws CommandError 4 when there is no key. */
export async function findTargets(
  target: string | undefined,
  all: boolean,
  context: KeyContext,
): Promise<readonly Target[]> {
  const { env } = context;
  const entries = await (await context.keystore()).entries();
  if (target?.includes('/')) return [asTarget(findEntry(target, entries, env))];
  const providers = target === undefined ? keyProviders : [findKeyProvider(target)];
  const targets = providers.flatMap((provider) => {
    const found = candidates(provider, env, entries).map((candidate) => ({ provider, candidate }));
    if (!all) return found.slice(0, 1);
    const others = entries.filter((entry) => entry.provider === provider.id && !entry.isDefault);
    return [...found, ...others.map(asTarget)];
  });
  if (targets.length > 0) return targets;
  if (target !== undefined) return [asTarget(findEntry(target, entries, env))];
  const [first] = entries;
  if (first !== undefined) throw noDefault(first, entries);
  throw new CommandError('there are no keys', { exitCode: exitCodes.noKey, hint: 'add one: imgsys key add' });
}

function noDefault({ provider }: KeyEntry, entries: readonly KeyEntry[]): CommandError {
  const own = entries.filter((entry) => entry.provider === provider).map(({ id }) => id);
  return new CommandError(`${printable(provider)} has ${counted(own.length, 'key')} but no default`, {
    exitCode: exitCodes.noKey,
    hint: `choose one: imgsys key use ${printable(own[0] ?? provider)}; or look at every key with --all`,
  });
}

function asTarget(entry: KeyEntry): Target {
  const provider = findKeyProvider(entry.provider);
  return { provider, candidate: { source: 'option', name: entry.id, entry, why: 'it was named' } };
}
