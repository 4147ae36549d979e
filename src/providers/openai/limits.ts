import type { LimitTier } from '../enhance.ts';

/** What an account may do with one GPT image model (developers.openai.com: page of gpt-image-2.5-flare, September 2026). */
export const openaiTiers: readonly LimitTier[] = [
  { name: '1', imagesPerMinute: 5, tokensPerMinute: 100_000 },
  { name: '2', imagesPerMinute: 20, tokensPerMinute: 250_000 },
  { name: '3', imagesPerMinute: 50, tokensPerMinute: 800_000 },
  { name: '4', imagesPerMinute: 150, tokensPerMinute: 3_000_000 },
  { name: '5', imagesPerMinute: 250, tokensPerMinute: 8_000_000 },
];
