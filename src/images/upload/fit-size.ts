import type { Size, SizeRule } from '../../providers/model.ts';

/** A legal size to send, and where in it the picture lies; the rest is padding. All in whole pixels. */
export interface Fit extends Size {
  readonly content: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

type FreeRule = Extract<SizeRule, { kind: 'free' }>;

/**
 * The best legal size for the whole of a picture, which is never cropped nor distorted beyond rounding: little padding,
 * as many pixels as the source has, at most `maxPixels` (the model's usual number if left out, never above its own
 * most; never below its least). A picture that fits as it is is not scaled at all.
 */
export function fitSize(source: Size, rule: SizeRule, maxPixels?: number): Fit {
  if (rule.kind === 'any') return fitAny(source, Math.min(rule.maxPixels, maxPixels ?? rule.maxPixels));
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

function fitAny(source: Size, most: number): Fit {
  const scale = Math.min(1, Math.sqrt(most / area(source)));
  const shorter = (side: number) => Math.max(1, Math.floor(side * scale));
  // A side cannot become less than one pixel: then the other one gives way.
  const width = Math.min(shorter(source.width), Math.max(1, Math.floor(most / shorter(source.height))));
  const height = Math.min(shorter(source.height), Math.max(1, Math.floor(most / width)));
  return { width, height, content: { left: 0, top: 0, width, height } };
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

// The picture in the middle of a size, as large as it goes in.
function place({ width, height }: Size, size: Size, mostScale = Number.POSITIVE_INFINITY): Fit {
  const scale = Math.min(size.width / width, size.height / height, mostScale);
  const across = Math.min(size.width, Math.max(1, Math.round(width * scale)));
  const down = Math.min(size.height, Math.max(1, Math.round(height * scale)));
  const left = Math.floor((size.width - across) / 2);
  const top = Math.floor((size.height - down) / 2);
  return { width: size.width, height: size.height, content: { left, top, width: across, height: down } };
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
