import type { KeyContext } from '../../credentials/key-context.ts';
import { keyVariable } from '../../credentials/sources.ts';
import { findKeyProvider } from '../../providers/key-providers.ts';
import { say, warn, writeResult } from '../../streams.ts';
import type { KeyFlags } from '../key.ts';
import { findEntry } from './find-entry.ts';

/** Makes a key the default of its provider, and says so when a variable goes before it all the same. */
export async function useKey(target: string, { json }: KeyFlags, context: KeyContext): Promise<void> {
  const { streams, env } = context;
  const keystore = await context.keystore();
  const { id, provider, isDefault } = findEntry(target, await keystore.entries(), env);
  if (isDefault) say(streams, `${id} is the default already`);
  else await keystore.makeDefault(id);
  if (json) await writeResult(streams, `${JSON.stringify({ type: 'key-default', key: id, provider })}\n`);
  else if (!isDefault) say(streams, `${id} is used for ${provider} from now on`);
  const variable = keyVariable(findKeyProvider(provider));
  if (env[variable]) warn(streams, `${variable} is set and goes before it`);
}
