// How many times as wide and high the results are: `--size`.
import type { LocalAction } from '../../presets/preset.ts';
import type { LocalRecipe } from '../../providers/local/plan.ts';
import { printable } from '../../text.ts';
import { usage } from './usage.ts';

const scales = { keep: 1, '2x': 2, '4x': 4 } as const;

/** What local makes of it. Throws CommandError (2). */
export function localScale(
  size: string | undefined,
  { name, sizes: legal }: { readonly name: string; readonly sizes: LocalAction['sizes'] },
): LocalRecipe['scale'] {
  const [standard = 'keep'] = legal;
  const wish = legal.find((one) => one === (size ?? standard));
  if (wish !== undefined) return scales[wish];
  const way = legal.length > 1 ? '' : '; enlarge with --preset upscale';
  throw usage(
    `--size ${printable(size ?? '')} does not go with the preset ${name}`,
    `it takes ${legal.join(' or ')}${way}`,
  );
}

/** What a service is asked for: twofold unless it is said. Throws CommandError (2). */
export function remoteScale(size: string | undefined): 2 | 4 {
  if (size === undefined || size === '2x') return 2;
  if (size === '4x') return 4;
  throw usage(`--size ${printable(size)} is not what a picture is enlarged by`, 'it takes 2x or 4x');
}
