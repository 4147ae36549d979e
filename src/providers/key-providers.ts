import { CommandError, exitCodes } from '../errors.ts';
import { fal } from './fal/fal.ts';
import { gemini } from './gemini/gemini.ts';
import { imagine } from './imagine/imagine.ts';
import { openai } from './openai/openai.ts';
import { openaiCompatible } from './openai-compatible/openai-compatible.ts';
import type { KeyProvider } from './provider.ts';
import { nearestProvider } from './providers.ts';
import { replicate } from './replicate/replicate.ts';
import { stability } from './stability/stability.ts';

/** The services a key can be kept for, in the order they are shown. */
export const keyProviders: readonly KeyProvider[] = [
  openai,
  gemini,
  stability,
  replicate,
  fal,
  imagine,
  openaiCompatible,
];

/** The service called `id`. Throws CommandError (exit 2) naming those there are. */
export function findKeyProvider(id: string): KeyProvider {
  const found = keyProviders.find((provider) => provider.id === id);
  if (found !== undefined) return found;
  const near = nearestProvider(id, ids());
  // What is no name may be a key in the wrong place, and is not repeated.
  const named = /^[a-z][a-z-]{0,29}$/.test(id)
    ? `there is no provider ${id} that takes a key`
    : 'that is no provider';
  throw new CommandError(named, {
    exitCode: exitCodes.usage,
    hint: near === undefined ? `the providers with keys are: ${ids().join(', ')}` : `did you mean ${near}?`,
  });
}

function ids(): string[] {
  return keyProviders.map(({ id }) => id);
}
