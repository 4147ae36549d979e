// The flags of providers that pictures are sent to.
import type { Context } from '../../context.ts';
import { type Preset, presetForLocal, presetForProvider } from '../../presets/preset.ts';
import { builtInPrices } from '../../prices/built-in.ts';
import type { EnhanceProvider } from '../../providers/enhance.ts';
import type { EditModel } from '../../providers/model.ts';
import { findProvider, type ProviderFacts } from '../../providers/providers.ts';
import type { Fallback, RemoteRecipe } from '../../purchases/recipe.ts';
import { printable } from '../../text.ts';
import type { EnhanceFlags } from '../enhance.ts';
import { maskOf, promptOf } from './flag-files.ts';
import { optional, span, whole } from './flag-values.ts';
import { assumedPrice, pricesFor } from './prices.ts';
import { usage } from './usage.ts';

/** The flags that only such providers know, as they are spelled. */
export const remoteFlags = {
  model: '--model',
  quality: '--quality',
  prompt: '--prompt',
  promptFile: '--prompt-file',
  mask: '--mask',
  background: '--background',
  moderation: '--moderation',
  option: '--option',
  uploadPixels: '--upload-pixels',
  showUpload: '--show-upload',
  key: '--key',
  rpm: '--rpm',
  ipm: '--ipm',
  tpm: '--tpm',
  timeout: '--timeout',
  maxWait: '--max-wait',
  retryUnsettled: '--retry-unsettled',
  fallback: '--fallback',
  prices: '--prices',
  assumePrice: '--assume-price',
} as const;

/** Counts up when uploads are made in another way. */
const uploadVersion = 1;

/** All that decides what is bought, besides the picture. */
export function sentBy({
  provider,
  model,
  prompt,
  quality,
  options,
  mask,
  uploadPixels,
}: RemoteRecipe): object {
  const sorted = Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    ...{ provider: provider.id, model: model.id, prompt, quality: quality ?? null, options: sorted },
    ...{ mask: mask?.sha256 ?? null, uploadPixels: uploadPixels ?? null, uploadVersion },
  };
}

const defaultTimeoutMs = 280_000;
const defaultMaxWaitMs = 15 * 60_000;

/** What is chosen elsewhere. */
export interface RemoteChoice {
  readonly preset: Preset;
  readonly concurrency: number | 'auto';
  /** Nothing is bought. */
  readonly offline: boolean;
}

/** Checks the flags of a remote provider. Throws CommandError (2). */
export async function checkRemoteFlags(
  flags: EnhanceFlags,
  facts: ProviderFacts,
  choice: RemoteChoice,
  context: Context,
): Promise<RemoteRecipe> {
  const { preset, concurrency, offline } = choice;
  const { findEnhanceProvider } = await import('../../providers/enhance-providers.ts');
  const provider = findEnhanceProvider(facts.id);
  const own = await promptOf(flags, context);
  const asked = own === undefined ? presetForProvider(preset, facts.id) : preset.generative;
  const suggested = asked && 'model' in asked ? asked.model : preset.generative?.models?.[facts.id];
  // What was bought from a model that has ended since is not lost with it.
  const today = offline ? '' : new Date(context.clock.now()).toISOString().slice(0, 10);
  const model = provider.findModel(flags.model ?? suggested, today);
  return {
    provider,
    model,
    prompt: own ?? asked?.prompt ?? '',
    quality: qualityOf(flags.quality, model, asked?.quality, provider),
    options: optionsOf(flags, model),
    mask: flags.mask === undefined ? undefined : await maskOf(flags.mask, context),
    uploadPixels: optional(flags.uploadPixels, megapixels),
    keys: (flags.key ?? []).map(keyOf),
    stated: {
      ...(flags.rpm !== undefined && { requests: whole('--rpm', flags.rpm, 1) }),
      ...(flags.ipm !== undefined && { images: whole('--ipm', flags.ipm, 1) }),
      ...(flags.tpm !== undefined && { tokens: whole('--tpm', flags.tpm, 1) }),
    },
    concurrency,
    timeoutMs: optional(flags.timeout, span('--timeout')) ?? defaultTimeoutMs,
    maxWaitMs: optional(flags.maxWait, span('--max-wait')) ?? defaultMaxWaitMs,
    retryUnsettled: retryOf(flags.retryUnsettled),
    // What was bought needs no prices any more, and the file may be gone.
    prices: offline ? builtInPrices : await pricesFor(flags.prices, context),
    assumePriceMicrousd: optional(flags.assumePrice, assumedPrice),
    fallback: await fallbackOf(flags, facts, choice, context),
  };
}

function qualityOf(
  flag: string | undefined,
  { id, qualities }: EditModel,
  suggested: string | undefined,
  { defaultQuality }: EnhanceProvider,
): string | undefined {
  if (flag === 'auto') {
    throw usage(
      '--quality auto has no price that is known beforehand',
      `choose one: ${qualities.join(', ') || 'low, medium or high'}`,
    );
  }
  if (flag !== undefined) {
    if (qualities.length === 0 || qualities.includes(flag)) return flag;
    throw usage(`--quality ${printable(flag)} is not known to ${id}`, `it has ${qualities.join(', ')}`);
  }
  return [suggested, defaultQuality].find((quality) => quality !== undefined && qualities.includes(quality));
}

// What is named here has a flag of its own; --option names the rest.
function optionsOf(flags: EnhanceFlags, model: EditModel): Record<string, string> {
  const given = (flags.option ?? []).map((pair): [string, string] => {
    const at = pair.indexOf('=');
    if (at < 1) throw usage(`--option ${printable(pair)} is not NAME=VALUE`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  if (flags.background !== undefined) given.push(['background', flags.background]);
  if (flags.moderation !== undefined) given.push(['moderation', flags.moderation]);
  for (const [name, value] of given) {
    const legal = model.options[name];
    if (legal === undefined && model.takesAnyOption) continue;
    if (legal === undefined) {
      const known = Object.keys(model.options).join(', ') || 'no options';
      throw usage(`${model.id} does not take ${printable(name)}`, `it takes ${known}`);
    }
    if (!legal.includes(value)) {
      throw usage(`${name} ${printable(value)} is not known to ${model.id}`, `it has ${legal.join(', ')}`);
    }
  }
  return Object.fromEntries(given);
}

function megapixels(text: string): number {
  const value = Number(text.trim() || Number.NaN);
  if (value > 0 && value <= 100) return Math.round(value * 1e6);
  throw usage(`--upload-pixels ${printable(text)} is not a number of megapixels`, 'for example 8.3');
}

function keyOf(text: string): { name: string; weight: number } {
  const at = text.lastIndexOf('=');
  if (at < 0) return { name: text, weight: 1 };
  return { name: text.slice(0, at), weight: whole('--key … =', text.slice(at + 1), 1) };
}

function retryOf(text = 'ask'): RemoteRecipe['retryUnsettled'] {
  if (text === 'never' || text === 'ask' || text === 'always') return text;
  throw usage(`--retry-unsettled ${printable(text)} is not never, ask or always`);
}

// The first provider's own flags (model, key, limits …) are not those of another; prices are for all.
async function fallbackOf(
  { fallback, strength, prices, assumePrice }: EnhanceFlags,
  facts: ProviderFacts,
  choice: RemoteChoice,
  context: Context,
): Promise<Fallback[]> {
  const ids = (fallback ?? '').split(',').map((id) => id.trim());
  const names = ids.filter((id) => id !== '');
  if (new Set([facts.id, ...names]).size !== names.length + 1) {
    throw usage('--fallback names a provider twice, or the one of --provider');
  }
  return Promise.all(
    names.map(async (name): Promise<Fallback> => {
      const next = findProvider(name);
      if (next.isRemote) {
        const flags = {
          ...(prices !== undefined && { prices }),
          ...(assumePrice !== undefined && { assumePrice }),
        };
        return { kind: 'remote', recipe: await checkRemoteFlags(flags, next, choice, context) };
      }
      const local = presetForLocal(choice.preset);
      const how = strength === undefined ? local.strength : Number(strength);
      return { kind: 'local', recipe: { operation: local.operation, scale: 1, strength: how } };
    }),
  );
}
