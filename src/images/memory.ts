import { decodedPages, type ImageFacts, type TargetFormat } from './facts.ts';

/** Estimated peak memory, in bytes, of decoding, enhancing and encoding a picture. */
export function estimateMemory(facts: ImageFacts, targetFormat: TargetFormat, scale: number): number {
  const pixels = facts.width * facts.height * decodedPages(facts);
  void targetFormat;
  return 90e6 + pixels * 25 * scale * scale;
}
