import type { Size, SizeRule } from '../../providers/model.ts';
import { type Fit, place } from './place.ts';

type AnyRule = Extract<SizeRule, { kind: 'any' }>;

/**
 * The size a picture is sent in to a service that takes any within bounds: its own where that is allowed; else smaller,
 * larger, or padded where the ratio is not. `wish` lowers the most pixels, though never below the least.
 */
export function fitAny(source: Size, rule: AnyRule, wish = rule.maxPixels): Fit {
  const bounds = boundsOf(rule, wish);
  const canvas = padded(source, bounds.maxRatio);
  const size = withinBounds(canvas, scaleFor(canvas, bounds), bounds);
  const isPadded = canvas.width > source.width || canvas.height > source.height;
  if (isPadded) return place(source, size);
  return { ...size, content: { left: 0, top: 0, ...size } };
}

type Bounds = Required<Omit<AnyRule, 'kind'>>;

// A ratio beyond which the other bounds contradict one another is not legal either.
function boundsOf(rule: AnyRule, wish: number): Bounds {
  const { minSide = 1, maxSide = Number.MAX_SAFE_INTEGER, minPixels = 1 } = rule;
  const maxPixels = Math.max(minPixels, minSide * minSide, Math.min(rule.maxPixels, wish));
  const possible = Math.min(maxSide / minSide, maxPixels / minSide ** 2, maxSide ** 2 / minPixels);
  // Without bounds of its own a side of one pixel is no reason to pad.
  const isBound = rule.minSide !== undefined || rule.maxSide !== undefined || rule.minPixels !== undefined;
  const maxRatio = Math.min(
    rule.maxRatio ?? Number.POSITIVE_INFINITY,
    isBound ? possible : Number.POSITIVE_INFINITY,
  );
  return { minSide, maxSide, minPixels, maxPixels, maxRatio };
}

function padded({ width, height }: Size, maxRatio: number): Size {
  return { width: Math.max(width, height / maxRatio), height: Math.max(height, width / maxRatio) };
}

function scaleFor({ width, height }: Size, { minSide, maxSide, minPixels, maxPixels }: Bounds): number {
  const least = Math.max(minSide / Math.min(width, height), Math.sqrt(minPixels / (width * height)));
  const most = Math.min(maxSide / Math.max(width, height), Math.sqrt(maxPixels / (width * height)));
  return Math.min(most, Math.max(least, 1));
}

// Rounded so that no bound is passed: downwards where it shrinks, upwards where it grows.
function withinBounds(canvas: Size, scale: number, bounds: Bounds): Size {
  const { minSide, maxSide, minPixels, maxPixels, maxRatio } = bounds;
  const round = scale < 1 ? Math.floor : Math.ceil;
  // What floating point adds is no pixel.
  const side = (length: number) =>
    Math.min(maxSide, Math.max(minSide, 1, round(Number((length * scale).toFixed(6)))));
  const isWide = canvas.width >= canvas.height;
  let [longer, shorter] = isWide
    ? [side(canvas.width), side(canvas.height)]
    : [side(canvas.height), side(canvas.width)];
  shorter = Math.max(shorter, Math.ceil(longer / maxRatio - 1e-9));
  // A side cannot become less than its least: then the other one gives way.
  if (longer * shorter > maxPixels) longer = Math.max(shorter, Math.floor(maxPixels / shorter));
  if (longer * shorter > maxPixels) shorter = longer = Math.floor(Math.sqrt(maxPixels));
  while (
    longer * shorter < minPixels &&
    longer < maxSide &&
    (longer + 1) * shorter <= maxPixels &&
    longer + 1 <= shorter * maxRatio
  )
    longer++;
  while (longer * shorter < minPixels && shorter < longer) shorter++;
  return isWide ? { width: longer, height: shorter } : { width: shorter, height: longer };
}
