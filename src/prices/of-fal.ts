import type { PriceRow } from './table.ts';

/**
 * What is known of fal's prices without asking it; it tells the others when it is asked. Topaz has tiers by the megapixels
 * of the result, which stand as qualities.
 */
export const falRows: readonly PriceRow[] = [
  ...Object.entries({ 'to 24 MP': 0.08, 'to 48 MP': 0.16, 'to 96 MP': 0.32, 'to 512 MP': 1.36 }).map(
    ([quality, dollars]): PriceRow => ({
      ...{ provider: 'fal', model: 'fal-ai/topaz/upscale/image', unit: 'picture', quality },
      microusd: Math.round(dollars * 1e6),
      ...{ asOf: '2026-09-26', source: 'fal: llms.txt, as read on that day', status: 'secondary' },
    }),
  ),
  {
    ...{ provider: 'fal', model: 'fal-ai/clarity-upscaler', unit: 'megapixel', microusd: 30_000 },
    ...{ asOf: '2025-01', source: 'fal: model page of 2025, as others quote it', status: 'secondary' },
  },
];
