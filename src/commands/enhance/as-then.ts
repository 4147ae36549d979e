// What an earlier run asked for, asked for once more: by what the ledger kept of it, whatever became of its files.
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { CommandError } from '../../errors.ts';
import { findEnhanceProvider } from '../../providers/enhance-providers.ts';
import type { Fallback, RemoteRecipe } from '../../purchases/recipe.ts';
import { printable } from '../../text.ts';
import type { EnhanceFlags } from '../enhance.ts';
import { maskOf } from './flag-files.ts';
import { notPaying, type Paying, payingFlags, payingForAll } from './paying-flags.ts';
import type { Asked, Sent } from './sent.ts';
import { usage } from './usage.ts';

/**
 * The recipe of an earlier run, to be paid as the flags say; with `offline` nothing is, and none of its files is read.
 * Throws CommandError (2) for a mask that is not the same any more, and for a model that is shut down.
 */
export async function recipeAsThen(
  { sent, fallback }: Asked,
  flags: EnhanceFlags,
  { concurrency, offline }: { readonly concurrency: number | 'auto'; readonly offline: boolean },
  context: Context,
): Promise<RemoteRecipe> {
  // What was bought from a model that has ended since is not lost with it.
  const today = offline ? '' : new Date(context.clock.now()).toISOString().slice(0, 10);
  const payingBy = async (which: EnhanceFlags) =>
    offline ? notPaying : payingFlags(which, concurrency, context);
  const others = await payingBy(payingForAll(flags));
  const next = fallback.map(
    (one): Fallback =>
      one.kind === 'local' ? one : { kind: 'remote', recipe: recipeOf(one.sent, undefined, others, today) },
  );
  const mask = offline ? maskUnread(sent, flags, context) : await maskAsThen(sent, flags, context);
  return { ...recipeOf(sent, mask, await payingBy(flags), today), fallback: next };
}

function recipeOf(sent: Sent, mask: RemoteRecipe['mask'], paying: Paying, today: string): RemoteRecipe {
  const provider = findEnhanceProvider(sent.provider);
  return {
    ...paying,
    ...{ provider, prompt: sent.prompt, options: sent.options, mask, fallback: [] },
    model: provider.findModel(sent.model, today),
    wish: sent.wish ?? { operation: 'enhance' },
    quality: sent.quality ?? undefined,
    uploadPixels: sent.uploadPixels ?? undefined,
  };
}

// Read, and compared with what it was, only with the picture that it belongs to.
function maskUnread(
  { mask: sha256 }: Sent,
  { mask: name }: EnhanceFlags,
  { cwd }: Context,
): RemoteRecipe['mask'] {
  if (sha256 === null) return undefined;
  return { kind: 'file', path: resolve(cwd, name ?? ''), sha256 };
}

async function maskAsThen({ mask: then }: Sent, { mask: name }: EnhanceFlags, context: Context) {
  if (then === null || name === undefined) return undefined;
  const now = await maskOf(name, context).catch((error) => {
    if (!(error instanceof CommandError)) throw error;
    throw usage(`${error.message}; the run was asked for with this mask`, asBefore);
  });
  if (now.sha256 === then) return now;
  throw usage(`--mask ${printable(name)} is not the file any more that the run was asked for with`, asBefore);
}

const asBefore =
  'bring it back as it was, or give the enhance command again: what is done is not done or bought twice';
