import { builtInPresets } from './built-in.ts';
import { type LocalPreset, presetForLocal, unknownPreset } from './preset.ts';

export type Preset = LocalPreset;

/** The names of the built-in presets, in the order they are listed. */
export const presetNames = builtInPresets.map(({ name }) => name);

/**
 * The built-in preset called `name`, as `local` does it. Throws CommandError (2): with the nearest name as its hint, or
 * because it needs an AI provider.
 */
export function findPreset(name: string): LocalPreset {
  const found = builtInPresets.find((preset) => preset.name === name);
  if (found === undefined) throw unknownPreset(name, presetNames);
  return presetForLocal(found);
}
