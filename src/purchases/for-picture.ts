// What a recipe asks for one picture: its mask, its edges, how it is sent, and what the result is.
import { ItemError } from '../errors.ts';
import { edgesFor, isNone } from '../images/edges.ts';
import { checkSides } from '../images/encode.ts';
import type { DecodeLimits, ImageFacts, TargetFormat } from '../images/facts.ts';
import { tooManyInResult } from '../images/refuse.ts';
import { bringsAlpha, type ResultShape, resultSize } from '../images/restore/shape.ts';
import { checkUpscale } from '../images/upload/check-upscale.ts';
import { type Fit, fitSize } from '../images/upload/fit-size.ts';
import { sentEdges } from '../images/upload/sent-edges.ts';
import { findMask } from './find-mask.ts';
import type { RemoteRecipe } from './recipe.ts';

export interface Asked {
  /** With the picture's own mask and its edges as they are sent: what it is priced and bought by. */
  readonly recipe: RemoteRecipe;
  readonly fit: Fit;
  readonly shape: ResultShape;
}

interface Subject {
  readonly facts: ImageFacts;
  /** The format of the result. */
  readonly target: TargetFormat;
  /** Its path below the input folder. */
  readonly relative: string;
}

/**
 * Undefined where there is nothing to do: no edge is missing. Throws ItemError for a picture that must not be sent:
 * `mask-missing`, `mask-unusable`, `too-large` (an enlargement that would lose detail), `too-many-pixels` and
 * `unsupported-format` (of the result), `wrong-shape`.
 */
export async function askFor(
  recipe: RemoteRecipe,
  { facts, target, relative }: Subject,
  { maxPixels }: Pick<DecodeLimits, 'maxPixels'>,
): Promise<Asked | undefined> {
  const { wish, model, provider, uploadPixels } = recipe;
  const found = recipe.mask && (await findMask(recipe.mask, relative));
  const mask = found && ({ kind: 'file', ...found } as const);
  const edges = recipe.edges && edgesFor(recipe.edges, facts);
  if (edges !== undefined && isNone(edges)) return undefined;
  const shape = shapeOf({ ...recipe, mask }, edges);
  const size = resultSize(facts, shape);
  if (size.width * size.height > maxPixels) throw tooManyInResult(size, maxPixels);
  checkSides(size, target);
  const fit = fitSize(facts, model.sizes, uploadPixels);
  if (shape.scale > 1) checkUpscale(facts, shape.scale, model, provider.models, uploadPixels);
  if (edges === undefined) return { recipe: { ...recipe, mask }, fit, shape };
  if (fit.content.width !== fit.width || fit.content.height !== fit.height) throw padded(facts);
  return { recipe: { ...recipe, mask, wish: { ...wish, edges: sentEdges(edges, facts, fit) } }, fit, shape };
}

/** Whether the results of a recipe may be transparent where their sources are not. */
export function givesAlpha(recipe: Pick<RemoteRecipe, 'wish' | 'options' | 'background'>): boolean {
  return bringsAlpha(shapeOf({ ...recipe, mask: undefined }, undefined));
}

type Shaping = Pick<RemoteRecipe, 'wish' | 'options' | 'background'> & {
  readonly mask: Extract<RemoteRecipe['mask'], { kind: 'file' }> | undefined;
};

function shapeOf({ wish, options, background, mask }: Shaping, edges: ResultShape['edges']): ResultShape {
  const { operation, scale = 1 } = wish;
  const isCutOut = operation === 'remove-background' || background !== undefined;
  // What is transparent in the source has another background in the answer.
  const isFilled = operation === 'replace-background' && background === undefined;
  const isTransparent = isCutOut || options.background === 'transparent';
  const keepsOutside = mask !== undefined && !isCutOut && !isFilled && scale === 1 && edges === undefined;
  return {
    scale,
    alpha: isTransparent ? 'answer' : isFilled ? 'opaque' : 'source',
    colours: isCutOut ? 'source' : 'answer',
    ...(edges && { edges }),
    ...(background && { background }),
    ...(keepsOutside && { keepOutside: { path: mask.path, sha256: mask.sha256 } }),
  };
}

// Padding would lie between the picture and what is painted.
function padded({ width, height }: ImageFacts): ItemError {
  return new ItemError('wrong-shape', `is too long for the service, with ${width} x ${height} pixels`, {
    hint: 'choose another model, or --provider local',
  });
}
