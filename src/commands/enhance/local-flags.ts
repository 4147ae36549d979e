import type { LocalPreset } from '../../presets/preset.ts';
import type { LocalRecipe } from '../../providers/local/plan.ts';
import { edgesOf } from './expand-flag.ts';
import type { EnhanceFlags } from './flags.ts';
import { localScale } from './scale-flag.ts';
import { usage } from './usage.ts';
import { needs } from './wish-flags.ts';

/** What this processor is to do. Throws CommandError (2). */
export function localRecipe(flags: EnhanceFlags, preset: LocalPreset, strength?: number): LocalRecipe {
  const { look, expands } = preset;
  if (expands) needs(flags, 'expand');
  else if (flags.expand !== undefined) {
    throw usage('--expand goes with the preset expand', 'add -p expand, or leave --expand out');
  }
  return {
    look,
    scale: localScale(flags.size, preset),
    ...(flags.expand !== undefined && { expand: edgesOf(flags.expand) }),
    strength: strength ?? preset.strength,
  };
}
