// Ratios by their names, for models that take no pixels.
import { ratioOf as commonRatioOf } from '../gemini/sizes.ts';
import type { Size } from '../model.ts';

const few = [
  { name: '1:1', width: 1024, height: 1024 },
  { name: '4:3', width: 1152, height: 864 },
  { name: '3:4', width: 864, height: 1152 },
  { name: '16:9', width: 1280, height: 720 },
  { name: '9:16', width: 720, height: 1280 },
] as const;

/** The five that the apps of version 2 have, in two sizes each: sent with up to 5 megapixels, made in "4K". */
export const fewRatios = {
  kind: 'list',
  sizes: [1, 2].flatMap((factor) =>
    few.map(({ width, height }) => ({ width: width * factor, height: height * factor })),
  ),
} as const;

/** The name of the ratio of one of a model's sizes; undefined for any other. */
export function ratioOf({ width, height }: Size): string | undefined {
  const own = few.find((ratio) => ratio.width * height === ratio.height * width)?.name;
  return own ?? commonRatioOf({ width, height });
}
