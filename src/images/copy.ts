import type { EncodeOptions } from './encode.ts';
import type { ImageFacts } from './facts.ts';

/** Whether a picture to which nothing was done may be written as its source bytes, with nothing encoded anew. */
export function canCopy(facts: ImageFacts, options: EncodeOptions): boolean {
  return facts.format === options.format && options.metadata === 'keep' && options.gps === 'keep';
}
