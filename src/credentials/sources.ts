// Where a key can come from, in the order in which it is looked for; pure, so that the list of keys and the use of a key
// cannot differ.
import type { KeyEntry } from '../keystore/keystore.ts';
import type { KeyProvider } from '../providers/provider.ts';

export type KeySource = 'option' | 'variable' | 'store' | 'vendor-variable';

/** One key that could be used. Either `variable` or `entry` is there. */
export interface Candidate {
  readonly source: KeySource;
  /** Its name for people: `openai/default`, or the variable. */
  readonly name: string;
  /** Why it would be used, as a clause. */
  readonly why: string;
  readonly variable?: string;
  readonly entry?: KeyEntry;
}

/** `IMGSYS_KEY_OPENAI`: holds a key for this program alone. */
export function keyVariable({ id }: Pick<KeyProvider, 'id'>): string {
  return `IMGSYS_KEY_${upper(id)}`;
}

/** `IMGSYS_BASE_URL_OPENAI`: where keys of the environment are sent. */
export function baseUrlVariable({ id }: Pick<KeyProvider, 'id'>): string {
  return `IMGSYS_BASE_URL_${upper(id)}`;
}

/** The command that stores a key of a service, with an address where it has none of its own. */
export function addCommand({ id, baseUrl }: Pick<KeyProvider, 'id' | 'baseUrl'>): string {
  return `imgsys key add ${id}${baseUrl === undefined ? ' --base-url https://your-server.example/v1' : ''}`;
}

/** All keys of a service that are to be had without naming one; the first is used. An empty variable counts as unset. */
export function candidates(
  provider: KeyProvider,
  env: NodeJS.ProcessEnv,
  entries: readonly KeyEntry[],
): readonly Candidate[] {
  const found: Candidate[] = [];
  const own = keyVariable(provider);
  if (env[own]) found.push({ source: 'variable', name: own, variable: own, why: 'from the environment' });
  const entry = entries.find((one) => one.provider === provider.id && one.isDefault);
  if (entry !== undefined) {
    found.push({ source: 'store', name: entry.id, entry, why: `it is the default key for ${provider.id}` });
  }
  const vendors = provider.vendorVariables.filter((name) => env[name]);
  for (const name of vendors) {
    const why = `from the environment, since there is no default key for ${provider.id}`;
    found.push({ source: 'vendor-variable', name, variable: name, why });
  }
  const address = baseUrlVariable(provider);
  if (provider.keyIsOptional && env[address] && !env[own]) {
    found.push({ source: 'variable', name: address, why: 'from the environment, without a key' });
  }
  return found;
}

function upper(id: string): string {
  return id.toUpperCase().replaceAll('-', '_');
}
