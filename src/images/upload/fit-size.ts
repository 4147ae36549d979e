import type { Size, SizeRule } from '../../providers/model.ts';
import { fitAny } from './fit-any.ts';
import { type Fit, place } from './place.ts';

export type { Fit } from './place.ts';

type FreeRule = Extract<SizeRule, { kind: 'free' }>;

/**
 * The best legal size for the whole of a picture, which is never cropped nor distorted beyond rounding: little padding,
 * as many pixels as the source has, at most `maxPixels` (the model's usual number if left out, never above its own
 * most; never below its least). A picture that fits as it is is not scaled at all.
 */
export function fitSize(source: Size, rule: SizeRule, maxPixels?: number): Fit {
  if (rule.kind === 'any') return fitAny(source, rule, maxPixels);
  const usual = rule.kind === 'free' ? Math.min(maxPixels ?? rule.usualPixels, rule.maxPixels) : maxPixels;
  const legal = rule.kind === 'free' ? freeSizes(source, rule) : rule.sizes;
  const unscaled = rule.kind === 'free' ? unscaledSize(source, rule) : undefined;
  const affordable = (size: Size) => usual === undefined || area(size) <= usual;
  if (unscaled && affordable(unscaled)) return place(source, unscaled, 1);
  const within = legal.filter(affordable);
  const fits = (within.length > 0 ? within : smallest(legal)).map((size) => place(source, size));
  const want = Math.min(area(source), usual ?? Number.POSITIVE_INFINITY);
  return fits.reduce((best, fit) => (costOf(fit, want) < costOf(best, want) ? fit : best));
}

// Each width with the least height that takes the whole picture, and each height with the least width.
function freeSizes(source: Size, rule: FreeRule): Size[] {
  const sizes: Size[] = [];
  for (let side = rule.multiple; side <= rule.maxSide; side += rule.multiple) {
    sizes.push({ width: side, height: companion(side, source.height / source.width, rule) });
    sizes.push({ width: companion(side, source.width / source.height, rule), height: side });
  }
  const legal = sizes.filter((size) => isLegal(size, rule));
  if (legal.length === 0) throw new Error('the size rule allows no size');
  return legal;
}

function companion(side: number, ratio: number, { multiple, maxRatio }: FreeRule): number {
  return upTo(Math.max(side * ratio - 1e-6, side / maxRatio), multiple);
}

function unscaledSize(source: Size, rule: FreeRule): Size | undefined {
  const { multiple, maxRatio } = rule;
  const size = {
    width: upTo(Math.max(source.width, source.height / maxRatio), multiple),
    height: upTo(Math.max(source.height, source.width / maxRatio), multiple),
  };
  return isLegal(size, rule) ? size : undefined;
}

function isLegal(size: Size, { minPixels, maxPixels, maxSide, maxRatio }: FreeRule): boolean {
  const { width, height } = size;
  return (
    area(size) >= minPixels &&
    area(size) <= maxPixels &&
    Math.max(width, height) <= maxSide &&
    Math.max(width, height) <= maxRatio * Math.min(width, height)
  );
}

function smallest(sizes: readonly Size[]): Size[] {
  const least = Math.min(...sizes.map(area));
  return sizes.filter((size) => area(size) === least);
}

// Content that is missing counts in full, a padded pixel five times, pixels that nobody needs a tenth.
function costOf(fit: Fit, want: number): number {
  const content = area(fit.content);
  const missing = Math.max(0, want - content) / want;
  const padding = (area(fit) - content) / area(fit);
  const needless = Math.max(0, area(fit) - want) / area(fit);
  return missing + 5 * padding + 0.1 * needless;
}

function area({ width, height }: Size): number {
  return width * height;
}

function upTo(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
