import type { ImageFacts, TargetFormat } from './facts.ts';

/**
 * The format a picture is written in: its own under `keep`, except that HEIC becomes JPEG and SVG becomes PNG, and that a
 * result that is `transparent` becomes PNG where its own format holds no soft alpha.
 */
export function targetFor(
  { format }: Pick<ImageFacts, 'format'>,
  wish: 'keep' | TargetFormat,
  transparent = false,
): TargetFormat {
  if (wish !== 'keep') return wish;
  if (format === 'svg') return 'png';
  if (transparent && ['jpeg', 'heic', 'gif'].includes(format)) return 'png';
  return format === 'heic' ? 'jpeg' : format;
}
