import { CommandError, exitCodes } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { printable } from '../text.ts';
import type { EnhanceProvider } from './enhance.ts';
import { falEdits } from './fal/fal-edits.ts';
import { geminiEdits } from './gemini/gemini-edits.ts';
import { imagineEdits } from './imagine/imagine-edits.ts';
import { openaiEdits } from './openai/openai-edits.ts';
import { compatibleEdits } from './openai-compatible/compatible-edits.ts';
import { replicateEdits } from './replicate/replicate-edits.ts';
import { stabilityEdits } from './stability/stability-edits.ts';

/** The services that make pictures for money, in the order they are shown. */
export const enhanceProviders: readonly EnhanceProvider[] = [
  openaiEdits,
  geminiEdits,
  stabilityEdits,
  replicateEdits,
  falEdits,
  imagineEdits,
  compatibleEdits,
];

/** The service called `id`. Throws CommandError (2) naming those there are. */
export function findEnhanceProvider(id: string): EnhanceProvider {
  const found = enhanceProviders.find((provider) => provider.id === id);
  if (found !== undefined) return found;
  const ids = enhanceProviders.map((provider) => provider.id);
  const near = nearest(id, ids);
  throw new CommandError(`there is no provider ${printable(id)} that makes pictures for money`, {
    exitCode: exitCodes.usage,
    hint: near === undefined ? `the providers are: ${ids.join(', ')}` : `did you mean ${near}?`,
  });
}
