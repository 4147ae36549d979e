import { CommandError, exitCodes } from '../errors.ts';

export type ProviderId = 'local';

/** What is known of a provider without asking it. */
export interface ProviderFacts {
  readonly id: ProviderId;
  readonly label: string;
  readonly needsKey: boolean;
  readonly operations: readonly ('enhance' | 'upscale' | 'sharpen')[];
}

/** All providers, in the order they are shown. */
export const providers: readonly ProviderFacts[] = [
  { id: 'local', label: 'this processor', needsKey: false, operations: ['enhance', 'upscale', 'sharpen'] },
];

/** The provider called `name`. Throws CommandError (exit 2) naming those there are. */
export function findProvider(name: string): ProviderFacts {
  const found = providers.find(({ id }) => id === name);
  if (found !== undefined) return found;
  throw new CommandError(`there is no provider ${name}`, {
    exitCode: exitCodes.usage,
    hint: `the providers are: ${providers.map(({ id }) => id).join(', ')}`,
  });
}
