// What an earlier run asked for, asked for once more: by what the ledger kept of it, whatever became of its files.
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { CommandError } from '../../errors.ts';
import { toleranceFor } from '../../presets/drift-tolerances.ts';
import type { EnhanceProvider } from '../../providers/enhance.ts';
import type { Fallback, RemoteRecipe } from '../../purchases/recipe.ts';
import { printable } from '../../text.ts';
import { backgroundOf } from './background-flag.ts';
import { maskOf } from './flag-files.ts';
import type { EnhanceFlags } from './flags.ts';
import { maskChoice } from './mask-flag.ts';
import { notPaying, type Paying, payingFlags, payingForAll } from './paying-flags.ts';
import type { Asked, Sent } from './sent.ts';
import { usage } from './usage.ts';

/**
 * The recipe of an earlier run, to be paid as the flags say; with `offline` nothing is, and none of its files is read.
 * Throws CommandError (2) for a mask or background that is not the same any more, and for a model that is shut down.
 */
export async function recipeAsThen(
  { sent, background, tolerance, fallback }: Asked,
  flags: EnhanceFlags,
  { concurrency, offline }: { readonly concurrency: number | 'auto'; readonly offline: boolean },
  context: Context,
): Promise<RemoteRecipe> {
  // What was bought from a model that has ended since is not lost with it.
  const today = offline ? '' : new Date(context.clock.now()).toISOString().slice(0, 10);
  const payingBy = async (which: EnhanceFlags) =>
    offline ? notPaying : payingFlags(which, concurrency, context);
  const others = await payingBy(payingForAll(flags));
  const { findEnhanceProvider } = await import('../../providers/enhance-providers.ts');
  const recipe = async (one: Sent, paying: Paying): Promise<RemoteRecipe> => {
    const mask = offline ? maskUnread(one, flags, context) : await maskAsThen(one, flags, context);
    const behind = await backgroundAsThen(one, background, flags, context);
    const far = tolerance ?? toleranceFor(one.wish ?? { operation: 'enhance' });
    const parts = { ...paying, mask, ...behind, tolerance: far };
    return recipeOf(one, findEnhanceProvider(one.provider), parts, today);
  };
  const next = await Promise.all(
    fallback.map(
      async (one): Promise<Fallback> =>
        one.kind === 'local' ? one : { kind: 'remote', recipe: await recipe(one.sent, others) },
    ),
  );
  return { ...(await recipe(sent, await payingBy(flags))), fallback: next };
}

function recipeOf(
  sent: Sent,
  provider: EnhanceProvider,
  parts: Paying & Pick<RemoteRecipe, 'mask' | 'background' | 'tolerance'>,
  today: string,
): RemoteRecipe {
  return {
    ...parts,
    ...{ provider, prompt: sent.prompt, options: sent.options, fallback: [] },
    ...(sent.edges && { edges: sent.edges }),
    model: provider.findModel(sent.model, today),
    wish: sent.wish ?? { operation: 'enhance' },
    quality: sent.quality ?? undefined,
    uploadPixels: sent.uploadPixels ?? undefined,
  };
}

// Read, and compared with what it was, only with the picture that it belongs to.
function maskUnread(
  { mask: sha256, maskFolder }: Sent,
  { mask: name }: EnhanceFlags,
  { cwd }: Context,
): RemoteRecipe['mask'] {
  if (maskFolder !== undefined) return { kind: 'folder', path: maskFolder };
  if (sha256 === null) return undefined;
  return { kind: 'file', path: resolve(cwd, name ?? ''), sha256 };
}

async function maskAsThen(sent: Sent, { mask: name }: EnhanceFlags, context: Context) {
  const { mask: then, maskFolder } = sent;
  if (maskFolder !== undefined) return maskChoice(maskFolder, context);
  if (then === null) return undefined;
  if (name === undefined) throw usage('the run was asked for with a mask, and none is named', asBefore);
  const now = await maskOf(name, context).catch((error) => {
    if (!(error instanceof CommandError)) throw error;
    throw usage(`${error.message}; the run was asked for with this mask`, asBefore);
  });
  if (now.sha256 === then) return now;
  throw usage(`--mask ${printable(name)} is not the file any more that the run was asked for with`, asBefore);
}

// What a cut-out is put on was never sent, and is needed here, also where nothing is bought.
async function backgroundAsThen(
  { wish }: Sent,
  then: Asked['background'],
  { background: text }: EnhanceFlags,
  context: Context,
): Promise<Pick<RemoteRecipe, 'background'>> {
  if (wish?.operation !== 'remove-background') return {};
  if (then?.kind === 'colour') return { background: then };
  const name = then?.path ?? text;
  if (name === undefined) return {};
  const now = await backgroundOf(name, context).catch((error) => {
    if (!(error instanceof CommandError)) throw error;
    throw usage(`${error.message}; the run was asked for with this background`, asBefore);
  });
  if (now.kind === 'words') return {};
  if (then === undefined || (now.kind === 'picture' && now.sha256 === then.sha256))
    return { background: now };
  throw usage(
    `--background ${printable(name)} is not the file any more that the run was asked for with`,
    asBefore,
  );
}

const asBefore =
  'bring it back as it was, or give the enhance command again: what is done is not done or bought twice';
