// Prompts of a preset file by the name of a provider.
import { isRecord } from '../json.ts';
import type { ProviderId } from '../providers/providers.ts';
import { type FileFacts, meant, shortened, wrong } from './refuse-file.ts';

/** Throws CommandError (2), naming the one that is near, where words are for a provider that there is not. */
export function checkPrompts(prompts: unknown, facts: FileFacts): void {
  if (!isRecord(prompts)) return;
  const unknown = Object.keys(prompts).find((id) => !names.includes(id));
  if (unknown === undefined) return;
  const what = unknown === 'local' ? 'takes no prompt' : 'is no provider';
  throw wrong(
    facts,
    `the field "prompts" is by provider, and "${shortened(unknown)}" ${what}`,
    meant(unknown, 'providers', names),
  );
}

// All that take words; a new provider does not compile before it stands here.
const takesWords: Readonly<Record<ProviderId, boolean>> = {
  local: false,
  openai: true,
  gemini: true,
  stability: true,
  replicate: true,
  fal: true,
  imagine: true,
  'openai-compatible': true,
};
const names: readonly string[] = Object.entries(takesWords).flatMap(([id, takes]) => (takes ? [id] : []));
