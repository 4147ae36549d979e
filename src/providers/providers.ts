import { CommandError, exitCodes } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { printable } from '../text.ts';

export type ProviderId =
  | 'local'
  | 'openai'
  | 'gemini'
  | 'stability'
  | 'replicate'
  | 'fal'
  | 'imagine'
  | 'openai-compatible';

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
  { id: 'gemini', label: 'Google Gemini', isRemote: true },
  { id: 'stability', label: 'Stability AI', isRemote: true },
  { id: 'replicate', label: 'Replicate', isRemote: true },
  { id: 'fal', label: 'fal', isRemote: true },
  { id: 'imagine', label: 'Imagine API Studio', isRemote: true },
  { id: 'openai-compatible', label: 'a server that speaks the API of OpenAI', isRemote: true },
];

/** The provider called `name`. Throws CommandError (exit 2) naming those there are. */
export function findProvider(name: string): ProviderFacts {
  const found = providers.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const ids = providers.map(({ id }) => id);
  const several = name.split(',').map((part) => part.trim());
  if (several.length > 1) {
    const [first, ...others] = several;
    throw new CommandError(`one provider a run, not ${several.length}: ${printable(name)}`, {
      exitCode: exitCodes.usage,
      hint: `name the first, and those that stand in for it: --provider ${printable(first ?? '')} --fallback ${printable(others.join(','))}`,
    });
  }
  const near = nearestProvider(name, ids);
  throw new CommandError(`there is no provider ${printable(name)}`, {
    exitCode: exitCodes.usage,
    hint: near === undefined ? `the providers are: ${ids.join(', ')}` : `did you mean ${near}?`,
  });
}

// What people call the services and their models.
const otherNames: Readonly<Record<string, ProviderId>> = {
  ...{ google: 'gemini', 'google-ai': 'gemini', 'nano-banana': 'gemini', imagen: 'gemini' },
  ...{ chatgpt: 'openai', gpt: 'openai', 'gpt-image': 'openai', dalle: 'openai', 'dall-e': 'openai' },
  ...{ sd: 'stability', sdxl: 'stability', 'stable-diffusion': 'stability', 'stability-ai': 'stability' },
};

/** The one of `ids` that `name` most likely means: another name of it, or one misspelt; undefined where none is near. */
export function nearestProvider(name: string, ids: readonly string[]): string | undefined {
  const plain = name.trim().toLowerCase().replace(/[_ ]/g, '-');
  const other = Object.hasOwn(otherNames, plain) ? otherNames[plain] : undefined;
  return other !== undefined && ids.includes(other) ? other : nearest(name, ids);
}
