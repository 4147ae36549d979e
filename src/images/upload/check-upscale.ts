import { ItemError } from '../../errors.ts';
import type { EditModel, Size } from '../../providers/model.ts';
import { fitSize } from './fit-size.ts';

/**
 * Refuses a picture that would have less detail after a service has enlarged it: where what is sent, times the model's own
 * factor for each side, has less than a quarter of the pixels of the result (`source` times `scale` for each side). A
 * model whose factor is not known is taken to reach `scale`. Throws ItemError `too-large`, naming one of `others` that
 * takes more.
 */
export function checkUpscale(
  source: Size,
  scale: number,
  model: EditModel,
  others: readonly EditModel[],
  maxPixels?: number,
): void {
  if (isWorthwhile(source, scale, model, maxPixels)) return;
  const sent = fitSize(source, model.sizes, maxPixels);
  const better = others.find(
    (other) => other.operations.includes('upscale') && isWorthwhile(source, scale, other),
  );
  throw new ItemError(
    'too-large',
    `${source.width} x ${source.height} pixels are too many to be enlarged by ${model.id}: it would be sent ${sent.width} x ${sent.height} of them, and detail would be lost`,
    {
      hint:
        better === undefined
          ? 'leave it as it is, or enlarge it with --provider local'
          : `${better.id} takes more: name it with --model`,
    },
  );
}

function isWorthwhile(source: Size, scale: number, model: EditModel, maxPixels?: number): boolean {
  const { content } = fitSize(source, model.sizes, maxPixels);
  const made = Math.min(
    area(content) * factorOf(model, scale) ** 2,
    model.makesPixels ?? Number.POSITIVE_INFINITY,
  );
  return made >= (area(source) * scale ** 2) / 4;
}

// The factor it is asked for, or the largest it has.
function factorOf({ scales }: EditModel, scale: number): number {
  if (scales.includes(scale) || scales.includes(0) || scales.length === 0) return scale;
  return Math.max(...scales);
}

function area({ width, height }: Size): number {
  return width * height;
}
