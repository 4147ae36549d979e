// The flags of providers that pictures are sent to.
import type { Context } from '../../context.ts';
import { type Preset, presetForLocal, presetForProvider } from '../../presets/preset.ts';
import type { EnhanceProvider } from '../../providers/enhance.ts';
import type { LocalRecipe } from '../../providers/local/plan.ts';
import type { EditModel } from '../../providers/model.ts';
import { findProvider, type ProviderFacts } from '../../providers/providers.ts';
import type { Fallback, RemoteRecipe } from '../../purchases/recipe.ts';
import { printable } from '../../text.ts';
import type { EnhanceFlags } from '../enhance.ts';
import { maskOf, promptOf } from './flag-files.ts';
import { optional } from './flag-values.ts';
import { payingFlags, payingForAll } from './paying-flags.ts';
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

/** What is chosen elsewhere. */
export interface RemoteChoice {
  readonly preset: Preset;
  readonly concurrency: number | 'auto';
}

/** Checks the flags of a remote provider. Throws CommandError (2). */
export async function checkRemoteFlags(
  flags: EnhanceFlags,
  facts: ProviderFacts,
  choice: RemoteChoice,
  context: Context,
): Promise<RemoteRecipe> {
  const { preset, concurrency } = choice;
  const { findEnhanceProvider } = await import('../../providers/enhance-providers.ts');
  const provider = findEnhanceProvider(facts.id);
  const own = await promptOf(flags, context);
  const asked = own === undefined ? presetForProvider(preset, facts.id) : preset.generative;
  const suggested = asked && 'model' in asked ? asked.model : preset.generative?.models?.[facts.id];
  const today = new Date(context.clock.now()).toISOString().slice(0, 10);
  const model = provider.findModel(flags.model ?? suggested, today);
  return {
    provider,
    model,
    prompt: own ?? asked?.prompt ?? '',
    quality: qualityOf(flags.quality, model, asked?.quality, provider),
    options: optionsOf(flags, model),
    mask: flags.mask === undefined ? undefined : await maskOf(flags.mask, context),
    uploadPixels: optional(flags.uploadPixels, (text) => megapixels(text, model)),
    ...(await payingFlags(flags, concurrency, context)),
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
    const legal = Object.hasOwn(model.options, name) ? model.options[name] : undefined;
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

function megapixels(text: string, { id, sizes }: EditModel): number {
  const pixels = Math.round(Number(text.trim() || Number.NaN) * 1e6);
  const [least, most] = sizes.kind === 'free' ? [sizes.minPixels, sizes.maxPixels] : [1, 100e6];
  // 8.3 is meant for 8.2944.
  if (pixels >= least && pixels <= most * 1.001) return Math.min(pixels, most);
  if (pixels > 0) {
    const range = `${(least / 1e6).toFixed(2)} to ${(most / 1e6).toFixed(2)}`;
    throw usage(
      `--upload-pixels ${printable(text)} is not what ${id || 'the server'} takes`,
      `it takes ${range} megapixels`,
    );
  }
  throw usage(`--upload-pixels ${printable(text)} is not a number of megapixels`, 'for example 8.3');
}

// The first provider's own flags (key, limits …) are not those of another; its model stands behind a colon.
async function fallbackOf(
  flags: EnhanceFlags,
  facts: ProviderFacts,
  choice: RemoteChoice,
  context: Context,
): Promise<Fallback[]> {
  const given = (flags.fallback ?? '').split(',').map((name) => name.trim());
  const names = given.filter((name) => name !== '').map(splitModel);
  if (new Set([facts.id, ...names.map(([id]) => id)]).size !== names.length + 1) {
    throw usage('--fallback names a provider twice, or the one of --provider');
  }
  return Promise.all(
    names.map(async ([id, model]): Promise<Fallback> => {
      const next = findProvider(id);
      if (!next.isRemote) return { kind: 'local', recipe: localRecipe(choice.preset, model) };
      const own = { ...payingForAll(flags), ...(model !== undefined && { model }) };
      return { kind: 'remote', recipe: await checkRemoteFlags(own, next, choice, context) };
    }),
  );
}

function splitModel(name: string): [id: string, model: string | undefined] {
  const at = name.indexOf(':');
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)];
}

function localRecipe(preset: Preset, model: string | undefined): LocalRecipe {
  if (model !== undefined) throw usage(`--fallback local has no models: ${printable(model)}`);
  const part = presetForLocal(preset);
  if (part === undefined) {
    throw usage(
      `--fallback local cannot do what the preset ${preset.name} asks for: it needs an AI provider`,
      'leave it out, or choose a preset that local does, too: imgsys presets list',
    );
  }
  return { look: part.look, scale: 1, strength: part.strength };
}
