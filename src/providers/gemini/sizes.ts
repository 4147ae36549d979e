// What Gemini makes instead of pixel sizes: a ratio by name, in a class of pixels.
import type { Size } from '../model.ts';

/** A ratio by its name, as it comes in the class `1K`; `2K` and `4K` are twice and four times as wide and high. */
interface Ratio extends Size {
  readonly name: string;
}

/** All image models. Source: ai.google.dev/gemini-api/docs/image-generation, aspect ratios and image size. */
export const commonRatios: readonly Ratio[] = [
  { name: '1:1', width: 1024, height: 1024 },
  { name: '2:3', width: 848, height: 1264 },
  { name: '3:2', width: 1264, height: 848 },
  { name: '3:4', width: 896, height: 1200 },
  { name: '4:3', width: 1200, height: 896 },
  { name: '4:5', width: 928, height: 1152 },
  { name: '5:4', width: 1152, height: 928 },
  { name: '9:16', width: 768, height: 1376 },
  { name: '16:9', width: 1376, height: 768 },
  { name: '21:9', width: 1584, height: 672 },
];

/** Besides, of the 3.1 flash family. */
export const longRatios: readonly Ratio[] = [
  { name: '1:4', width: 512, height: 2048 },
  { name: '4:1', width: 2048, height: 512 },
  { name: '1:8', width: 384, height: 3072 },
  { name: '8:1', width: 3072, height: 384 },
];

/** The sizes of ratios in classes that are `factors` times 1K. */
export function sizesOf(ratios: readonly Ratio[], factors: readonly number[]): Size[] {
  return factors.flatMap((factor) =>
    ratios.map(({ width, height }) => ({ width: width * factor, height: height * factor })),
  );
}

/** The name of the ratio of one of these sizes; undefined for any other. */
export function ratioOf({ width, height }: Size): string | undefined {
  const all = [...commonRatios, ...longRatios];
  return all.find((ratio) => ratio.width * height === ratio.height * width)?.name;
}
