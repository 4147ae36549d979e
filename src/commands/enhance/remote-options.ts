// What a service is asked for, by the flags.
import type { Context } from '../../context.ts';
import { builtInPresets } from '../../presets/built-in.ts';
import { toleranceFor } from '../../presets/drift-tolerances.ts';
import { type GenerativePreset, type Preset, presetForProvider } from '../../presets/preset.ts';
import type { EnhanceProvider } from '../../providers/enhance.ts';
import type { EditModel } from '../../providers/model.ts';
import { findProvider, type ProviderFacts } from '../../providers/providers.ts';
import type { Wish } from '../../providers/wish.ts';
import type { Fallback, RemoteRecipe } from '../../purchases/recipe.ts';
import { warn } from '../../streams.ts';
import { printable } from '../../text.ts';
import { chooseModel } from './choose-model.ts';
import { demandsOf } from './demands.ts';
import { leftOutByLocal, passOn } from './fallback-wish.ts';
import { promptOf } from './flag-files.ts';
import { optional } from './flag-values.ts';
import type { EnhanceFlags } from './flags.ts';
import { localFallback } from './local-fallback.ts';
import { maskChoice } from './mask-flag.ts';
import { optionsOf } from './option-flags.ts';
import { payingFlags, payingForAll } from './paying-flags.ts';
import { usage } from './usage.ts';
import { filledIn, wantedBy, wishFlags } from './wish-flags.ts';

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
  const { enhanceProviders, findEnhanceProvider } = await import('../../providers/enhance-providers.ts');
  const provider = findEnhanceProvider(facts.id);
  const wordsFlag = flags.prompt ?? flags.promptFile;
  const asked = askedBy(preset, facts.id, wordsFlag !== undefined);
  const wanted = await wantedBy(flags, asked?.operation ?? 'enhance', context);
  const { wish } = wanted;
  const own = await promptOf(flags, context);
  const meant = asked?.operation === wish.operation ? asked : builtIn(wish.operation, facts.id);
  const today = new Date(context.clock.now()).toISOString().slice(0, 10);
  const model = chooseModel(provider, {
    ...{ operation: wish.operation, named: flags.model, suggested: meant?.model, today },
    ...{ providers: enhanceProviders, locally: preset.local !== undefined },
    demands: demandsOf({ wish, hasMask: flags.mask !== undefined, hasPrompt: own !== undefined }),
  });
  const words = model.prompt === 'none' ? '' : (own ?? meant?.prompt ?? '');
  return {
    ...wanted,
    provider,
    model,
    prompt: filledIn(words, wish),
    quality: qualityOf(flags.quality, model, asked?.quality, provider),
    options: optionsOf(flags, preset, model),
    mask: flags.mask === undefined ? undefined : await maskChoice(flags.mask, context),
    uploadPixels: optional(flags.uploadPixels, (text) => megapixels(text, model)),
    ...(await payingFlags(flags, concurrency, context)),
    fallback: await fallbackOf(flags, wish, facts, choice, context),
    tolerance: toleranceFor(wish, meant?.drift),
  };
}

// With words of the user's own, also a preset that only local does.
function askedBy(preset: Preset, provider: string, hasPrompt: boolean): GenerativePreset | undefined {
  if (hasPrompt && preset.generative === undefined) return undefined;
  return presetForProvider(preset, provider);
}

// How something is asked for that only a part of the preset is.
function builtIn(operation: string, provider: string): GenerativePreset | undefined {
  const found = builtInPresets.find(({ name }) => name === operation);
  return found && presetForProvider(found, provider);
}

function qualityOf(
  flag: string | undefined,
  { id, qualities, takesAnyOption }: EditModel,
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
    if (qualities.includes(flag) || (qualities.length === 0 && takesAnyOption)) return flag;
    throw usage(
      `--quality ${printable(flag)} is not known to ${id}`,
      qualities.length === 0
        ? 'it has one quality only: leave --quality out'
        : `it has ${qualities.join(', ')}`,
    );
  }
  // Where the qualities are classes of size, the cheapest is the lowest.
  const meant = suggested === 'low' && !qualities.includes('low') ? qualities[0] : suggested;
  const usual = [meant, defaultQuality].find((one) => one !== undefined && qualities.includes(one));
  return usual ?? (qualities.length === 1 ? qualities[0] : undefined);
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

// What is wanted holds for all; the first provider's own flags (key, limits, options …) are not those of another. A model
// stands behind a colon.
async function fallbackOf(
  flags: EnhanceFlags,
  wish: Wish,
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
      if (!next.isRemote) {
        const recipe = localFallback(flags, choice.preset, model);
        for (const words of leftOutByLocal(wish)) warn(context.streams, words);
        return { kind: 'local', recipe };
      }
      const { operation = 'enhance' } = choice.preset.generative ?? {};
      const wanted = wishFlags(flags, operation);
      const own = { ...payingForAll(flags), ...wanted, ...(model !== undefined && { model }) };
      const recipe = await checkRemoteFlags(own, next, choice, context);
      const { passed, leftOut } = passOn(wish, recipe.model);
      for (const words of leftOut) warn(context.streams, words);
      return { kind: 'remote', recipe: { ...recipe, wish: { ...recipe.wish, ...passed } } };
    }),
  );
}

function splitModel(name: string): [id: string, model: string | undefined] {
  const at = name.indexOf(':');
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)];
}
