import type { ImageFacts, TargetFormat } from './facts.ts';

/** The format a picture is written in: its own under `keep`, except that HEIC becomes JPEG and SVG becomes PNG. */
export function targetFor(facts: ImageFacts, wish: 'keep' | TargetFormat): TargetFormat {
  if (wish !== 'keep') return wish;
  if (facts.format === 'heic') return 'jpeg';
  if (facts.format === 'svg') return 'png';
  return facts.format;
}
