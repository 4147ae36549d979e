import type { KeyContext } from '../../credentials/key-context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import type { KeyEntry } from '../../keystore/keystore.ts';
import { keyProviders } from '../../providers/key-providers.ts';
import { hint, say, writeResult } from '../../streams.ts';
import type { KeyFlags } from '../key.ts';
import { findEntry } from './find-entry.ts';

export interface RemoveFlags extends KeyFlags {
  yes?: boolean;
}

/** Asks first. Throws CommandError: 2 without `--yes` where nobody can be asked, and for keys of the environment. */
export async function removeKey(target: string, flags: RemoveFlags, context: KeyContext): Promise<void> {
  const { streams } = context;
  const keystore = await context.keystore();
  const entries = await keystore.entries();
  const entry = findEntry(target, entries, context.env);
  if (!flags.yes && !(await agreed(entry, context))) {
    say(streams, `${entry.id} was kept`);
    return;
  }
  await keystore.remove(entry.id);
  if (flags.json) await writeResult(streams, `${JSON.stringify({ type: 'key-removed', key: entry.id })}\n`);
  else say(streams, `${entry.id} was removed`);
  tellWhatStays(entry, entries, context);
}

async function agreed(entry: KeyEntry, context: KeyContext): Promise<boolean> {
  if (!context.interactive) {
    throw new CommandError(`${entry.id} is removed only after a yes, and nobody is there to give it`, {
      exitCode: exitCodes.usage,
      hint: `imgsys key remove ${entry.id} --yes`,
    });
  }
  const tail = entry.tail === undefined ? '' : `, ending in ${entry.tail}`;
  return (await context.prompts()).confirm(`Remove ${entry.id}${tail}?`);
}

function tellWhatStays(entry: KeyEntry, entries: readonly KeyEntry[], { streams }: KeyContext): void {
  const provider = keyProviders.find(({ id }) => id === entry.provider);
  const page = entry.baseUrl === provider?.baseUrl ? provider?.keyPage : undefined;
  if (entry.kind === 'stored') {
    say(
      streams,
      `the key itself goes on working until you revoke it${page === undefined ? '' : `: ${page}`}`,
    );
  }
  const next = entries.find(({ provider, id }) => provider === entry.provider && id !== entry.id);
  if (entry.isDefault && next !== undefined) {
    hint(streams, `${entry.provider} has no default key now; choose one: imgsys key use ${next.id}`);
  }
}
