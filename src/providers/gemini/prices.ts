// What pictures cost at Google Gemini: its rules over the prices it is given. Integer micro-dollars.
import type { PriceTable } from '../../prices/table.ts';
import type { CostQuestion, TokenUsage } from '../enhance.ts';
import type { CostRange } from '../model.ts';
import { costOfTokens, flatCost, tokenRates } from '../price-rules.ts';
import { wordsPerImageToken } from './answer.ts';
import { gemini } from './gemini.ts';

/**
 * What a call will cost: the picture by its class, 1120 tokens for the one that is sent, the prompt, and what the model
 * thinks. `mostMicrousd` holds with room: a tenth on the picture, twice the tokens sent, and more thoughts than were seen.
 */
export function estimateGemini(question: CostQuestion, prices: PriceTable): CostRange | undefined {
  const { model, quality, prompt } = question;
  const promptBytes = Buffer.byteLength(prompt);
  const flat = flatCost(gemini.id, question, prices);
  if (flat !== undefined) return { ...flat, tokens: Math.ceil(sentTokens + promptBytes / 4) };
  const rates = tokenRates(gemini.id, model, prices);
  const all = prices.of(gemini.id, model, 'output_picture');
  const made = all.filter((row) => quality === undefined || (row.quality ?? quality) === quality);
  if (rates === undefined || made.length === 0) return undefined;
  const each = made.map(({ microusd }) => microusd);
  const [least, most] = [Math.min(...each), Math.max(...each)];
  const words = (bytes: number, thoughts: number) =>
    (bytes * rates.text + (thoughts / wordsPerImageToken) * rates.output) / 1e6;
  const sent = (sentTokens * rates.image) / 1e6;
  const madeTokens = rates.output === 0 ? 0 : (most * 1e6) / rates.output;
  return {
    lowMicrousd: Math.ceil(least + sent + words(promptBytes / 6, 0)),
    highMicrousd: Math.ceil(most + sent + words(promptBytes / 2, usualThoughts)),
    mostMicrousd: Math.ceil((most * 11) / 10 + 2 * sent + words(promptBytes + 64, mostThoughts)),
    tokens: Math.ceil(madeTokens + sentTokens + promptBytes / 4),
  };
}

/** What a call cost by the tokens it used. */
export function costOfGemini(model: string, usage: TokenUsage, prices: PriceTable): number | undefined {
  const rates = tokenRates(gemini.id, model, prices);
  return rates && costOfTokens(usage, rates);
}

/** Tokens of a picture that is sent, whatever its size (documented for the 3.1 family). */
const sentTokens = 1120;
const usualThoughts = 1000;
const mostThoughts = 4096;
