import type { Context } from '../../context.ts';
import { baseUrlVariable, keyVariable } from '../../credentials/sources.ts';
import { openKeystore } from '../../keystore/keystore.ts';
import { keyProviders } from '../../providers/key-providers.ts';
import { hint, warn } from '../../streams.ts';
import { printable } from '../../text.ts';

/**
 * Warns of a limit for a key that is neither kept here nor a variable in which one is looked for. Unlocks nothing. Throws
 * CommandError where the key store is damaged.
 */
export async function warnOfUnknownKey(
  name: string,
  { paths, clock, streams }: Pick<Context, 'paths' | 'clock' | 'streams'>,
): Promise<void> {
  if (keyProviders.some((provider) => variables(provider).includes(name))) return;
  const store = openKeystore(paths.keystore, { env: {}, say() {}, interactive: false }, clock);
  if ((await store.entries()).some(({ id }) => id === name)) return;
  warn(
    streams,
    `there is no key ${printable(name)} here now: the limit holds for calls with a key of that name`,
  );
  hint(streams, 'see the names with imgsys key list');
}

function variables(provider: (typeof keyProviders)[number]): string[] {
  return [keyVariable(provider), baseUrlVariable(provider), ...provider.vendorVariables];
}
