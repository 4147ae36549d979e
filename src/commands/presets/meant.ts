// The preset that is meant by a name, and what is said where it cannot be done: with the providers that can.
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import { builtInPresets } from '../../presets/built-in.ts';
import { loadPreset, ownPresetNames } from '../../presets/load.ts';
import { type LocalPreset, needsAI, type Preset, presetForLocal } from '../../presets/preset.ts';
import { notAPreset, notByLocal, type Service, wishNamed } from '../../presets/wishes.ts';

/**
 * See loadPreset. Throws CommandError (2) also for what people wish for by a name that is no preset: told of `provider`
 * where pictures are sent to one, else of `local`.
 */
export async function presetMeant(name: string, context: Context, provider: string): Promise<Preset> {
  const folder = dirname(context.paths.config);
  const wish = wishNamed(name);
  const isKnown = builtInPresets.some((preset) => preset.name === name);
  if (wish !== undefined && !isKnown && !(await ownPresetNames(folder)).includes(name)) {
    const all = await services();
    const chosen = all.find(({ id }) => id === provider);
    throw chosen === undefined ? notByLocal(wish, all) : notAPreset(name, wish, chosen, all);
  }
  return loadPreset(name, { folder, cwd: context.cwd });
}

/** The part that `local` does. Throws CommandError (2) where there is none, naming the providers that do it. */
export async function localPart(preset: Preset): Promise<LocalPreset> {
  const part = presetForLocal(preset);
  if (part !== undefined) return part;
  const wish = preset.file === undefined ? wishNamed(preset.name) : undefined;
  throw wish === undefined ? needsAI(preset, await services()) : notByLocal(wish, await services());
}

// Loaded where it is needed: `local` knows nothing of models and prices.
async function services(): Promise<readonly Service[]> {
  return (await import('../../providers/enhance-providers.ts')).enhanceProviders;
}
