// All that decides what a run buys besides its pictures, kept with the run so that later commands mean the same.

import type { DriftTolerance } from '../../images/drift/drift.ts';
import type { EdgesWish } from '../../images/edges.ts';
import type { Background } from '../../images/restore/shape.ts';
import { isRecord } from '../../json.ts';
import { autoLook, sharpenLook } from '../../presets/looks.ts';
import type { Look } from '../../providers/local/look.ts';
import type { LocalRecipe } from '../../providers/local/plan.ts';
import type { Wish } from '../../providers/wish.ts';
import type { RemoteRecipe } from '../../purchases/recipe.ts';

export interface Sent {
  readonly provider: string;
  readonly model: string;
  readonly prompt: string;
  readonly quality: string | null;
  readonly options: Readonly<Record<string, string>>;
  /** SHA-256 of the mask's bytes. */
  readonly mask: string | null;
  /** Where each picture has a mask of its own. */
  readonly maskFolder?: string;
  readonly uploadPixels: number | null;
  readonly uploadVersion: number;
  /** Absent for a plain `enhance`, as in what was bought before there were others. */
  readonly wish?: Wish;
  /** Of every picture, whatever its size; absent where the edges of one picture are in its wish. */
  readonly edges?: EdgesWish;
}

/** What a run asked for, and of whom. */
export interface Asked {
  readonly preset: string;
  readonly sent: Sent;
  /** What every cut-out is put on; absent without one, and in what older programs wrote. */
  readonly background?: Background;
  /** Absent in what older programs wrote. */
  readonly tolerance?: DriftTolerance;
  readonly fallback: readonly AskedFallback[];
}

export type AskedFallback =
  | { readonly kind: 'local'; readonly recipe: LocalRecipe }
  | { readonly kind: 'remote'; readonly sent: Sent };

/** Counts up when uploads are made in another way. */
const uploadVersion = 1;

/** All that decides what is bought, besides the picture. */
export function sentBy(recipe: RemoteRecipe): Sent {
  const { provider, model, prompt, wish, quality, options, mask, edges, uploadPixels } = recipe;
  const isPlain = wish.operation === 'enhance' && Object.keys(wish).length === 1;
  return {
    ...{ provider: provider.id, model: model.id, prompt, quality: quality ?? null },
    options: sorted(options),
    ...{
      mask: mask?.kind === 'file' ? mask.sha256 : null,
      uploadPixels: uploadPixels ?? null,
      uploadVersion,
    },
    ...(!isPlain && { wish: sorted(wish) }),
    ...(mask?.kind === 'folder' && { maskFolder: mask.path }),
    ...(edges && wish.edges === undefined && { edges }),
  };
}

// One wish is one purchase, in whatever order it came together.
function sorted<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))) as Fields;
}

/** What the ledger keeps of a recipe; `readAsked` reads it. */
export function askedOf(recipe: RemoteRecipe): Omit<Asked, 'preset'> {
  const fallback = recipe.fallback.map(
    (next): AskedFallback => (next.kind === 'local' ? next : { kind: 'remote', sent: sentBy(next.recipe) }),
  );
  const { background, tolerance } = recipe;
  return {
    sent: sentBy(recipe),
    ...(background && { background }),
    ...(tolerance && { tolerance }),
    fallback,
  };
}

/** What a run asked services for, by what the ledger keeps of it; undefined for a run of `local`. */
export function readAsked(recipe: unknown): Asked | undefined {
  if (!isRecord(recipe) || !isRecord(recipe.sent)) return undefined;
  // Written by `askedOf` in a ledger of this very schema.
  const asked = recipe as unknown as Omit<Asked, 'fallback'> & { readonly fallback: readonly KeptFallback[] };
  return { ...asked, fallback: asked.fallback.map(withLook) };
}

/** What `local` was asked for before there were looks. */
interface OperationRecipe {
  readonly operation: 'enhance' | 'sharpen' | 'upscale';
  readonly scale: LocalRecipe['scale'];
  readonly strength: number;
}

type KeptFallback = AskedFallback | { readonly kind: 'local'; readonly recipe: OperationRecipe };

const lookOf: Readonly<Record<OperationRecipe['operation'], Look>> = {
  enhance: autoLook,
  sharpen: sharpenLook,
  upscale: {},
};

function withLook(kept: KeptFallback): AskedFallback {
  if (kept.kind === 'remote') return kept;
  if ('look' in kept.recipe) return { kind: 'local', recipe: kept.recipe };
  const { operation, scale, strength } = kept.recipe;
  return { kind: 'local', recipe: { look: lookOf[operation], scale, strength } };
}
