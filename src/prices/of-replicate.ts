import type { PriceRow } from './table.ts';

/** Replicate bills these by the time they work; what others have seen a picture cost. All else has no price that is known. */
export const replicateRows: readonly PriceRow[] = [
  row('nightmareai/real-esrgan', 2_500, 'several public notes of 2026: 0.2 to 0.25 cents'),
  row('philz1337x/clarity-upscaler', 10_000, 'a public note of 2026: about one cent'),
];

function row(model: string, microusd: number, source: string): PriceRow {
  return {
    provider: 'replicate',
    model,
    unit: 'picture',
    microusd,
    asOf: '2026-08',
    source,
    status: 'secondary',
  };
}
