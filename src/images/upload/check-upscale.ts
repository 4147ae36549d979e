import { ItemError } from '../../errors.ts';
import type { EditModel, Size } from '../../providers/model.ts';
import { fitSize } from './fit-size.ts';

/**
 * Refuses a picture that would have less detail after a service has enlarged it: where what is sent, times the model's own
 * factor for each side, has less than a quarter of the pixels of the result (`source` times `scale` for each side). A
 * model whose factor is not known is taken to reach `scale`. Throws ItemError `too-large`, naming those of `others` that
 * do it, or come nearer; one that invents detail is named only in the place of another that does.
 */
export function checkUpscale(
  source: Size,
  scale: number,
  model: EditModel,
  others: readonly EditModel[],
  maxPixels?: number,
): void {
  const wanted = area(source) * scale ** 2;
  if (isWorthwhile(madeBy(model, source, scale, maxPixels), wanted)) return;
  const able = others
    .filter(
      ({ operations, isCreative }) => operations.includes('upscale') && (model.isCreative || !isCreative),
    )
    .map((other) => ({ id: other.id, made: madeBy(other, source, scale) }))
    .filter(({ made }) => isWorthwhile(made, wanted));
  throw new ItemError('too-large', whyNot(source, scale, model, maxPixels), { hint: instead(able, wanted) });
}

function isWorthwhile(made: number, wanted: number): boolean {
  return made >= wanted / 4;
}

// Pixels that are the picture's own, not padding.
function madeBy(model: EditModel, source: Size, scale: number, maxPixels?: number): number {
  const { content } = fitSize(source, model.sizes, maxPixels);
  const made = area(content) * factorOf(model, scale) ** 2;
  return Math.min(made, model.makesPixels ?? Number.POSITIVE_INFINITY);
}

// The factor it is asked for, or the largest it has.
function factorOf({ scales }: EditModel, scale: number): number {
  if (scales.includes(scale) || scales.includes(0) || scales.length === 0) return scale;
  return Math.max(...scales);
}

function whyNot(source: Size, scale: number, model: EditModel, maxPixels?: number): string {
  const { id, makesPixels } = model;
  const { width, height } = source;
  if (makesPixels !== undefined && madeBy(model, source, scale, maxPixels) === makesPixels) {
    const wanted = area(source) * scale ** 2;
    return `${id} makes about ${megapixels(makesPixels)} whatever it is sent, and ${width} x ${height} pixels ${scale} times as wide and high are ${megapixels(wanted)}: detail would be lost`;
  }
  const sent = fitSize(source, model.sizes, maxPixels);
  return `${width} x ${height} pixels are too many to be enlarged by ${id}: it would be sent ${sent.width} x ${sent.height} of them, and detail would be lost`;
}

interface Able {
  readonly id: string;
  readonly made: number;
}

function instead(able: readonly Able[], wanted: number): string {
  const reaching = able.filter(({ made }) => made >= wanted).map(({ id }) => `--model ${id}`);
  if (reaching.length > 0) return `name one that reaches it: ${reaching.join(', ')}`;
  const [nearest] = able.toSorted((one, other) => other.made - one.made);
  return nearest === undefined
    ? 'leave it as it is, or enlarge it with --provider local'
    : `--model ${nearest.id} comes nearer, with ${megapixels(nearest.made)} brought to that size; or --provider local`;
}

function megapixels(pixels: number): string {
  const millions = pixels / 1e6;
  return `${millions < 10 ? Number(millions.toFixed(1)) : Math.round(millions)} megapixels`;
}

function area({ width, height }: Size): number {
  return width * height;
}
