// The presets that `local` does, and what each is for.
import { builtInPresets } from '../../src/presets/built-in.ts';
import type { LocalAction } from '../../src/presets/preset.ts';
import { type Fault, type FaultKind, faultKinds, faults } from './faults.ts';

export interface MeasuredPreset extends Pick<LocalAction, 'look' | 'strength'> {
  readonly name: string;
}

// By preset; one that is not named is measured on untouched photographs alone.
const meantFor: Readonly<Record<string, readonly FaultKind[]>> = {
  auto: faultKinds,
  'low-light': ['dark'],
  denoise: ['noise'],
  dehaze: ['haze'],
  'real-estate': ['dark', 'bright', 'cast', 'low contrast', 'mixed'],
  product: ['dark', 'bright', 'cast', 'low contrast', 'mixed'],
  portrait: ['dark', 'bright', 'cast', 'low contrast', 'noise', 'mixed'],
  restore: ['cast', 'low contrast', 'noise', 'mixed'],
  food: ['dark', 'bright', 'cast', 'low contrast', 'mixed'],
};

/** All that do more than enlarge, in the order they are listed. */
export const measuredPresets: readonly MeasuredPreset[] = builtInPresets.flatMap(({ name, local }) =>
  local === undefined || Object.keys(local.look).length === 0
    ? []
    : [{ name, look: local.look, strength: local.strength }],
);

/** Throws where there is none of the name, with those there are. */
export function presetNamed(name: string): MeasuredPreset {
  const found = measuredPresets.find((preset) => preset.name === name);
  if (found !== undefined) return found;
  throw new Error(`no preset ${name} for local: ${measuredPresets.map((preset) => preset.name).join(', ')}`);
}

export function faultsFor(preset: string): readonly Fault[] {
  const kinds = meantFor[preset] ?? [];
  return faults.filter(({ kind }) => kinds.includes(kind));
}
