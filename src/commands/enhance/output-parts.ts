// What of a recipe is in the outputs and not in the purchase.
import { givesAlpha } from '../../purchases/for-picture.ts';
import type { RemoteRecipe } from '../../purchases/recipe.ts';
import type { EnhanceFlags } from './flags.ts';
import { maskFolderState } from './mask-flag.ts';
import { usage } from './usage.ts';

/** Nothing for a recipe that is bought whole. Throws CommandError (2) for a result that its format cannot hold. */
export async function outputParts(
  { wish, options, background, mask }: RemoteRecipe,
  { format, flags }: { readonly format: string; readonly flags: EnhanceFlags },
): Promise<object> {
  if (givesAlpha({ wish, options, ...(background && { background }) })) {
    const asked =
      wish.operation === 'remove-background' ? '-p remove-background' : '--background transparent';
    checkFormat(format, asked);
    checkPlace(flags, asked);
  }
  return {
    ...(background && { background: background.kind === 'colour' ? background.rgb : background.sha256 }),
    ...(mask?.kind === 'folder' && { masks: await maskFolderState(mask.path) }),
  };
}

function checkFormat(format: string, asked: string): void {
  if (format !== 'jpeg') return;
  throw usage(
    `JPEG has no transparency for ${asked}`,
    'give --format png (or webp), or put it on a colour: -p replace-background --background white',
  );
}

// A file must not get another format behind its name.
function checkPlace({ inPlace }: EnhanceFlags, asked: string): void {
  if (!inPlace) return;
  throw usage(
    `--in-place would leave each file its format, and JPEG has no transparency for ${asked}`,
    'give a folder with -o; what is transparent becomes PNG there',
  );
}
