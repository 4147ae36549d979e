import { CommandError, exitCodes } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { printable } from '../text.ts';

export type ProviderId = 'local' | 'openai' | 'openai-compatible';

/** What is known of a provider without asking it. */
export interface ProviderFacts {
  readonly id: ProviderId;
  readonly label: string;
  /** Whether pictures are sent to a service, which may cost money. */
  readonly isRemote: boolean;
}

/** All providers, in the order they are shown. */
export const providers: readonly ProviderFacts[] = [
  { id: 'local', label: 'this processor', isRemote: false },
  { id: 'openai', label: 'OpenAI', isRemote: true },
  { id: 'openai-compatible', label: 'a server that speaks the API of OpenAI', isRemote: true },
];

/** The provider called `name`. Throws CommandError (exit 2) naming those there are. */
export function findProvider(name: string): ProviderFacts {
  const found = providers.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const ids = providers.map(({ id }) => id);
  const near = nearest(name, ids);
  throw new CommandError(`there is no provider ${printable(name)}`, {
    exitCode: exitCodes.usage,
    hint: near === undefined ? `the providers are: ${ids.join(', ')}` : `did you mean ${near}?`,
  });
}
