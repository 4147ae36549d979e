// What becomes of results that move too far from their pictures.
import type { BatchOptions } from '../../batch/options.ts';
import type { Settings } from '../../settings/settings.ts';
import { chosen, optional, whole } from './flag-values.ts';
import type { EnhanceFlags } from './flags.ts';
import type { Work } from './options.ts';
import { usage } from './usage.ts';

const usualStop = 5;

/** Nothing but `keep` for `local`, which repaints nothing. Throws CommandError (2). */
export function driftFlags(
  flags: EnhanceFlags,
  { kind }: Work,
  settings: Settings,
): Pick<BatchOptions, 'onDrift' | 'driftStop'> {
  const onDrift = kind === 'local' ? 'keep' : (chosen('on-drift', flags.onDrift, settings) ?? 'keep');
  if (onDrift === 'review' && flags.inPlace) {
    throw usage(
      '--on-drift review needs an output folder, and --in-place has none',
      'give a folder with -o, or --on-drift reject, which leaves such originals as they are',
    );
  }
  const stop = optional(flags.driftStop, (text) => whole('--drift-stop', text, 0));
  return { onDrift, driftStop: stop ?? usualStop };
}
