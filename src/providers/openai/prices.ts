// What pictures cost at OpenAI (developers.openai.com, pricing and model pages, November 2026). Integer micro-dollars.
import type { CostQuestion, TokenUsage } from '../enhance.ts';
import type { CostRange, Size } from '../model.ts';
import { type OpenAIModel, openaiModels, type TokenFamily } from './models.ts';
import { inputTokens, maxPatches, outputTokens } from './tokens.ts';

/** Micro-dollars a token, which is dollars a million tokens. */
interface Rates {
  readonly text: number;
  readonly image: number;
  readonly output: number;
}

/**
 * What a call will cost. `mostMicrousd` holds with room: a tenth on what the picture takes, a quarter on the patches of
 * each picture sent, a token for each byte of the prompt. gpt-image-2.6 has no published table: below `high` it was seen
 * to take up to four times the tokens of 2.5, so its most is what the dearest quality costs.
 */
export function estimateOpenAI(question: CostQuestion): CostRange | undefined {
  const model = openaiModels.find(({ id }) => id === question.model);
  if (model === undefined) return undefined;
  const { text, image } = rates[model.family];
  const promptBytes = Buffer.byteLength(question.prompt);
  const sent = question.masked ? 2 : 1;
  const output = outputRange(model, question);
  if (output === undefined) return undefined;
  const mostTokens = oldInput.has(model.family) ? oldInputTokens : maxPatches * 1.25;
  return {
    lowMicrousd: Math.ceil(output.low + inputTokens(question.upload) * image + (promptBytes / 6) * text),
    highMicrousd: Math.ceil(output.high + sent * maxPatches * image + (promptBytes / 2) * text),
    mostMicrousd: Math.ceil((output.most * 11) / 10 + sent * mostTokens * image + (promptBytes + 64) * text),
  };
}

/** What a call cost by the tokens it used. The cached rate is left out: answers do not tell what was cached. */
export function costOfOpenAI(model: string, usage: TokenUsage): number | undefined {
  const found = openaiModels.find(({ id }) => id === model);
  if (found === undefined) return undefined;
  const { text, image, output } = rates[found.family];
  return Math.ceil(
    usage.inputTextTokens * text + usage.inputImageTokens * image + usage.outputTokens * output,
  );
}

const rates: Readonly<Record<TokenFamily, Rates>> = {
  '2.6': { text: 5, image: 8, output: 30 },
  '2.5': { text: 5, image: 8, output: 30 },
  '2': { text: 5, image: 8, output: 30 },
  // Derived from its table a picture: 4160 tokens for $0.133.
  '1.5': { text: 5, image: 8, output: 32 },
  '1-mini': { text: 2, image: 2.5, output: 8 },
};

// The older models count 512-pixel tiles, and some read a picture in detail for up to 6240 tokens more.
const oldInput: ReadonlySet<TokenFamily> = new Set(['1.5', '1-mini']);
const oldInputTokens = 7000;

interface OutputRange {
  readonly low: number;
  readonly high: number;
  readonly most: number;
}

// Micro-dollars for the picture that is made, over the qualities and sizes that are possible.
function outputRange(model: OpenAIModel, { quality, size }: CostQuestion): OutputRange | undefined {
  const possible = quality === undefined || quality === 'auto' ? model.qualities : [quality];
  const usual = size === undefined ? usualSizes : [size];
  const price = (of: string, at: Size) => outputPrice(model.family, of, at);
  const likely = possible.flatMap((of) => usual.map((at) => price(of, at)));
  const largest = size ?? { width: 2880, height: 2880 };
  const dearest = model.family === '2.6' ? ['max'] : possible;
  const most = dearest.map((of) =>
    Math.max(price(of, largest) ?? Number.NaN, ...likely.map((one) => one ?? 0)),
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

function outputPrice(family: TokenFamily, quality: string, size: Size): number | undefined {
  if (family === '1.5' || family === '1-mini') {
    const row = tables[family][quality];
    return row?.[size.width === size.height ? 0 : 1];
  }
  const tokens = outputTokens(family === '2' ? '2' : '2.5', quality, size);
  return tokens === undefined ? undefined : tokens * rates[family].output;
}

// Published a picture: 1024x1024, then 1536x1024 and 1024x1536.
const tables: Readonly<Record<'1.5' | '1-mini', Readonly<Record<string, readonly [number, number]>>>> = {
  '1.5': { low: [9_000, 13_000], medium: [34_000, 50_000], high: [133_000, 200_000] },
  '1-mini': { low: [5_000, 6_000], medium: [11_000, 15_000], high: [36_000, 52_000] },
};
