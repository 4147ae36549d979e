import { CommandError, exitCodes } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { printable } from '../text.ts';

export interface Preset {
  readonly name: string;
  /** Counts up when its results change, so that pictures made by an older one are known as such. */
  readonly version: number;
  readonly operation: 'enhance' | 'upscale' | 'sharpen';
  /** The provider it is made for. */
  readonly provider: 'local';
  readonly summary: string;
  readonly description: string;
  /** 0 to 1, where the user says nothing. */
  readonly strength: number;
  /** Legal values of `--size`, the default first. */
  readonly sizes: readonly ('keep' | '2x' | '4x')[];
}

/** The built-in presets, in the order they are listed. */
export const presets: readonly Preset[] = [
  {
    name: 'auto',
    version: 1,
    operation: 'enhance',
    provider: 'local',
    summary: 'exposure, contrast, white balance, colour and sharpness, each only as far as needed',
    description:
      'Measures each picture and corrects what falls short. A picture that needs nothing is copied byte for byte.',
    strength: 0.65,
    sizes: ['keep'],
  },
  {
    name: 'upscale',
    version: 1,
    operation: 'upscale',
    provider: 'local',
    summary: 'two or four times the width and height',
    description: 'Enlarges with an aligned Lanczos filter and restores the crispness that enlarging takes.',
    strength: 0.65,
    sizes: ['2x', '4x'],
  },
  {
    name: 'sharpen',
    version: 1,
    operation: 'sharpen',
    provider: 'local',
    summary: 'sharpness alone, as far as the picture bears it',
    description: 'Sharpens edges by what is measured to be missing; light and colours stay as they are.',
    strength: 0.65,
    sizes: ['keep'],
  },
];

export const presetNames = presets.map(({ name }) => name);

/** The preset called `name`. Throws CommandError (2), with the nearest name as its hint. */
export function findPreset(name: string): Preset {
  const found = presets.find((preset) => preset.name === name);
  if (found !== undefined) return found;
  const near = nearest(name, presetNames);
  throw new CommandError(`there is no preset ${printable(name) || 'without a name'}`, {
    exitCode: exitCodes.usage,
    hint: near === undefined ? `the presets are: ${presetNames.join(', ')}` : `did you mean ${near}?`,
  });
}
