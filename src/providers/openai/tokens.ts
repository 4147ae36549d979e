// How OpenAI counts the tokens of pictures.
import type { Size } from '../model.ts';

/** The grid of a picture's longer side by quality, per family of models. */
const grids: Readonly<Record<'2' | '2.5', Readonly<Record<string, number>>>> = {
  '2': { low: 16, medium: 48, high: 96 },
  '2.5': { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 },
};

/**
 * Tokens of a picture that gpt-image-2 or 2.5 makes: exact. Undefined for a quality the family does not have.
 * Source: the calculator in OpenAI's image generation guide, which reproduces its price tables.
 */
export function outputTokens(
  family: '2' | '2.5',
  quality: string,
  { width, height }: Size,
): number | undefined {
  const grid = grids[family][quality];
  if (grid === undefined) return undefined;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const across = roundHalfEven(grid * short, long);
  return Math.ceil((grid * across * (2_000_000 + width * height)) / 4_000_000);
}

/**
 * Tokens of a picture that is sent, as measured by users (32-pixel patches, at most 1536; small pictures are magnified
 * up to twice towards 1024 pixels): likely, not promised by OpenAI.
 */
export function inputTokens({ width, height }: Size): number {
  const magnified = Math.min(2, Math.max(1, 1024 / Math.max(width, height)));
  const [across, down] = [(width * magnified) / patch, (height * magnified) / patch];
  if (Math.ceil(across) * Math.ceil(down) <= maxPatches) return Math.ceil(across) * Math.ceil(down);
  const fit = Math.sqrt(maxPatches / (across * down));
  const whole = Math.min(
    Math.floor(across * fit) / (across * fit) || 1,
    Math.floor(down * fit) / (down * fit) || 1,
  );
  return Math.min(maxPatches, Math.ceil(across * fit * whole) * Math.ceil(down * fit * whole));
}

/** The most patches a picture that is sent is cut into. */
export const maxPatches = 1536;
const patch = 32;

// In integers, so that a half is a half.
function roundHalfEven(numerator: number, denominator: number): number {
  const floor = Math.floor(numerator / denominator);
  const twice = 2 * (numerator - floor * denominator);
  if (twice !== denominator) return twice > denominator ? floor + 1 : floor;
  return floor % 2 === 0 ? floor : floor + 1;
}
