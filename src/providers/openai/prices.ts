// What pictures cost at OpenAI: its rules over the prices it is given. Integer micro-dollars.
import type { PriceTable } from '../../prices/table.ts';
import type { CostQuestion, TokenUsage } from '../enhance.ts';
import type { CostRange, Size } from '../model.ts';
import { costOfTokens, flatCost, type TokenRates, tokenRates } from '../price-rules.ts';
import { type OpenAIModel, openaiModels, type TokenFamily } from './models.ts';
import { openai } from './openai.ts';
import { inputTokens, maxPatches, outputTokens } from './tokens.ts';

/**
 * What a call will cost. `mostMicrousd` holds with room: a tenth on what the picture takes, a quarter on the patches of
 * each picture sent, a token for each byte of the prompt. gpt-image-2.6 has no published table: below `high` it was seen
 * to take up to four times the tokens of 2.5, so its most is what the dearest quality costs.
 */
export function estimateOpenAI(question: CostQuestion, prices: PriceTable): CostRange | undefined {
  const model = openaiModels.find(({ id }) => id === question.model);
  const rates = model && tokenRates(openai.id, model.id, prices);
  const flat = model && flatCost(openai.id, question, prices);
  if (model === undefined || (rates === undefined && flat === undefined)) return undefined;
  const made = rates && outputRange(model, question, rates, prices);
  const promptBytes = Buffer.byteLength(question.prompt);
  const sent = question.masked ? 2 : 1;
  const sentTokens = inputTokens(question.upload);
  const madeTokens = made && rates && rates.output > 0 ? made.high / rates.output : 0;
  const tokens = Math.ceil(madeTokens + sent * sentTokens + promptBytes / 4);
  if (flat !== undefined) return { ...flat, tokens };
  if (rates === undefined || made === undefined) return undefined;
  const { text, image } = rates;
  const mostTokens = oldInput.has(model.family) ? oldInputTokens : maxPatches * 1.25;
  const most = (made.most * 11) / 10 + sent * mostTokens * image + (promptBytes + 64) * text;
  return {
    lowMicrousd: whole(made.low + sentTokens * image + (promptBytes / 6) * text),
    highMicrousd: whole(made.high + sent * maxPatches * image + (promptBytes / 2) * text),
    mostMicrousd: whole(most),
    tokens,
  };
}

/** What a call cost by the tokens it used. The cached rate is left out: answers do not tell what was cached. */
export function costOfOpenAI(model: string, usage: TokenUsage, prices: PriceTable): number | undefined {
  const rates = tokenRates(openai.id, model, prices);
  return rates && costOfTokens(usage, rates);
}

// From tokens times micro-dollars a million tokens.
function whole(sum: number): number {
  return Math.ceil(sum / 1e6);
}

// The older models count 512-pixel tiles, and some read a picture in detail for up to 6240 tokens more.
const oldInput: ReadonlySet<TokenFamily> = new Set(['1.5', '1-mini']);
const oldInputTokens = 7000;

interface OutputRange {
  readonly low: number;
  readonly high: number;
  readonly most: number;
}

// What the picture that is made costs, over the qualities and sizes that are possible, in millionths of a micro-dollar.
function outputRange(
  model: OpenAIModel,
  { quality, size }: CostQuestion,
  rates: TokenRates,
  prices: PriceTable,
): OutputRange | undefined {
  const possible = quality === undefined || quality === 'auto' ? model.qualities : [quality];
  const usual = size === undefined ? usualSizes : [size];
  const price = (of: string, at: Size) => outputPrice(model, of, at, rates, prices);
  const likely = possible.flatMap((of) => usual.map((at) => price(of, at)));
  const largest = size ?? { width: 2880, height: 2880 };
  const dearest = model.family === '2.6' ? ['max'] : possible;
  const isListed = model.sizes.kind === 'list';
  const most = dearest.map((of) =>
    Math.max(isListed ? 0 : (price(of, largest) ?? Number.NaN), ...likely.map((one) => one ?? 0)),
  );
  const known = likely.filter((one) => one !== undefined);
  if (known.length < likely.length || most.some(Number.isNaN)) return undefined;
  const seen = model.family === '2.6' && possible.some((of) => of === 'low' || of === 'medium') ? 4 : 1;
  const high = Math.max(...known) * seen;
  return { low: Math.min(...known), high: Math.min(high, Math.max(...most)), most: Math.max(...most) };
}

const usualSizes: readonly Size[] = [
  { width: 1024, height: 1024 },
  { width: 1536, height: 1024 },
  { width: 1024, height: 1536 },
];

function outputPrice(
  { id, family }: OpenAIModel,
  quality: string,
  size: Size,
  rates: TokenRates,
  prices: PriceTable,
): number | undefined {
  const at = `${size.width}x${size.height}`;
  const row = prices
    .of(openai.id, id, 'output_picture')
    .find((one) => (one.quality ?? quality) === quality && (one.size ?? at) === at);
  if (row !== undefined) return row.microusd * 1e6;
  // How many tokens the older ones take is not published.
  if (oldInput.has(family)) return undefined;
  const tokens = outputTokens(family === '2' ? '2' : '2.5', quality, size);
  return tokens === undefined ? undefined : tokens * rates.output;
}
