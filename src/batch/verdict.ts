import type { ItemError } from '../errors.ts';
import type { Source } from '../sources/source.ts';

// Names that promise a picture: their content must be one, or the owner should hear of it.
const pictureName = /\.(jpe?g|jpe|jfif|png|apng|webp|avif|tiff?|gif|hei[cf]|bmp|psd|jp2|jxl)$/i;

/**
 * Whether a file that cannot be enhanced is one that folders hold without harm: text, vector drawings, camera raw
 * files beside their pictures. What the user named himself, and what is named like a picture, is a failure.
 */
export function isHarmless(problem: ItemError, source: Source): boolean {
  if (source.named) return false;
  if (problem.reason === 'svg-not-asked' || problem.reason === 'camera-raw') return true;
  return (
    (problem.reason === 'not-an-image' || problem.reason === 'empty') && !pictureName.test(source.relative)
  );
}
