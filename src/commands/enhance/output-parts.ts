// What of a recipe is in the outputs and not in the purchase.
import { givesAlpha } from '../../purchases/for-picture.ts';
import type { RemoteRecipe } from '../../purchases/recipe.ts';
import type { EnhanceFlags } from '../enhance.ts';
import { maskFolderState } from './mask-flag.ts';
import { usage } from './usage.ts';

/** Nothing for a recipe that is bought whole. Throws CommandError (2) for a result that its format cannot hold. */
export async function outputParts(
  { wish, options, background, mask }: RemoteRecipe,
  { format, flags }: { readonly format: string; readonly flags: EnhanceFlags },
): Promise<object> {
  if (wish.operation === 'remove-background' && background === undefined) checkFormat(format, flags);
  // A file must not get another format behind its name.
  else if (givesAlpha({ wish, options, ...(background && { background }) })) checkPlace(flags);
  return {
    ...(background && { background: background.kind === 'colour' ? background.rgb : background.sha256 }),
    ...(mask?.kind === 'folder' && { masks: await maskFolderState(mask.path) }),
  };
}

function checkFormat(format: string, flags: EnhanceFlags): void {
  if (format === 'jpeg') {
    throw usage(
      'JPEG has no transparency for -p remove-background',
      'give --format png (or webp), or put it on a colour: -p replace-background --background white',
    );
  }
  checkPlace(flags);
}

function checkPlace({ inPlace }: EnhanceFlags): void {
  if (!inPlace) return;
  throw usage(
    '--in-place would leave each file its format, and JPEG has no transparency',
    'give a folder with -o; what is transparent becomes PNG there',
  );
}
