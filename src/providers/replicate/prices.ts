// What pictures cost at Replicate. It bills most models by the seconds that a processor works, and tells no price.
import type { PriceTable } from '../../prices/table.ts';
import type { CostQuestion } from '../enhance.ts';
import type { CostRange } from '../model.ts';
import { flatCost } from '../price-rules.ts';
import { readModelName } from './names.ts';
import { replicate } from './replicate.ts';

/**
 * What a call will cost by a price a picture, of the version or else of the model; undefined where none is known. A price
 * that others have seen is no promise: large pictures take longer, and so ten times as much is reserved.
 */
export function estimateReplicate(question: CostQuestion, prices: PriceTable): CostRange | undefined {
  const { model = question.model } = readModelName(question.model) ?? {};
  for (const name of [question.model, model]) {
    const flat = flatCost(replicate.id, { ...question, model: name }, prices);
    if (flat === undefined) continue;
    const isSeen = prices.of(replicate.id, name, 'picture').some(({ status }) => status === 'secondary');
    return { ...flat, mostMicrousd: flat.mostMicrousd * (isSeen ? 10 : 1), tokens: 0 };
  }
  return undefined;
}
