import { type Preset, presetForLocal } from '../../presets/preset.ts';
import type { LocalRecipe } from '../../providers/local/plan.ts';
import { printable } from '../../text.ts';
import type { EnhanceFlags } from './flags.ts';
import { localRecipe } from './local-flags.ts';
import { usage } from './usage.ts';

/** What this processor does in the place of a service. Throws CommandError (2) for what it cannot do. */
export function localFallback(flags: EnhanceFlags, preset: Preset, model: string | undefined): LocalRecipe {
  if (model !== undefined) throw usage(`--fallback local has no models: ${printable(model)}`);
  const part = presetForLocal(preset);
  if (part === undefined) {
    throw usage(
      `--fallback local cannot do what the preset ${preset.name} asks for: it needs an AI provider`,
      'leave it out, or choose a preset that local does, too: imgsys presets list',
    );
  }
  if (flags.mask !== undefined) {
    throw usage(
      '--fallback local takes no mask: it would change the whole picture',
      'leave out one of them, or fall back to a provider that takes a mask',
    );
  }
  return localRecipe(flags, part);
}
