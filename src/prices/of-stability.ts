import type { PriceRow, PriceStatus } from './table.ts';

// Since the day on which Stability AI changed its prices.
const asOf = '2025-08-01';
const table = 'stability.ai/api-pricing-update-25, a credit at $0.01';
const described =
  'api.stability.ai/v2alpha/openapi, credits of each service, as copied by tryAGI/StabilityAI';

const microusdPerCredit = 10_000;

/** Stability AI: credits a picture. */
export const stabilityRows: readonly PriceRow[] = [
  row('upscale-fast', 2),
  row('upscale-conservative', 40),
  row('upscale-creative', 60),
  row('erase', 5),
  row('inpaint', 5),
  row('search-and-replace', 5),
  row('remove-background', 5),
  // Not in the table of that day; its description of 2026 tells them beside prices that are.
  row('outpaint', 4, described, 'secondary'),
  row('replace-background-and-relight', 8, described, 'secondary'),
  row('relight', 8, described, 'secondary'),
];

function row(
  model: string,
  credits: number,
  source: string = table,
  status: PriceStatus = 'confirmed',
): PriceRow {
  const microusd = credits * microusdPerCredit;
  return { provider: 'stability', model, unit: 'picture', microusd, asOf, source, status };
}
