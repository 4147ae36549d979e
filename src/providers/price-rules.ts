// How prices apply where no service has a rule of its own. Sums of tokens times micro-dollars a million tokens are whole
// numbers until the last step.
import type { PriceRow, PriceTable } from '../prices/table.ts';
import type { CostQuestion, TokenUsage } from './enhance.ts';
import type { CostRange } from './model.ts';

/** Micro-dollars a million tokens. */
export interface TokenRates {
  readonly text: number;
  readonly image: number;
  readonly output: number;
}

/** What tokens of a model cost; undefined unless all three prices are known. */
export function tokenRates(provider: string, model: string, prices: PriceTable): TokenRates | undefined {
  const [text, image, output] = (['text_input', 'image_input', 'output'] as const).map(
    (unit) => prices.of(provider, model, unit)[0]?.microusd,
  );
  if (text === undefined || image === undefined || output === undefined) return undefined;
  return { text, image, output };
}

/** Micro-dollars of what was used, rounded up. */
export function costOfTokens(usage: TokenUsage, { text, image, output }: TokenRates): number {
  const { inputTextTokens, inputImageTokens, outputTokens } = usage;
  return Math.ceil((inputTextTokens * text + inputImageTokens * image + outputTokens * output) / 1e6);
}

/** The cost of a call that has one price in all; undefined where none fits what is asked. */
export function flatCost(
  provider: string,
  { model, quality, size }: CostQuestion,
  prices: PriceTable,
): Omit<CostRange, 'tokens'> | undefined {
  const asked = size && `${size.width}x${size.height}`;
  const fitting = narrow(narrow(prices.of(provider, model, 'picture'), 'quality', quality), 'size', asked);
  if (fitting.length === 0) return undefined;
  const each = fitting.map(({ microusd }) => microusd);
  const most = Math.max(...each);
  return { lowMicrousd: Math.min(...each), highMicrousd: most, mostMicrousd: most };
}

// A price for just that goes before one for any; where nothing is asked for, each is possible.
function narrow(rows: readonly PriceRow[], field: 'quality' | 'size', asked: string | undefined) {
  if (asked === undefined) return rows;
  const exact = rows.filter((row) => row[field] === asked);
  return exact.length > 0 ? exact : rows.filter((row) => row[field] === undefined);
}
