// What pictures cost at fal: what it says of a model, and its rules over the prices that are given. Integer micro-dollars.
import type { PriceRow, PriceTable } from '../../prices/table.ts';
import type { CostQuestion } from '../enhance.ts';
import { isRecord } from '../http.ts';
import type { CostRange, Size } from '../model.ts';
import { flatCost } from '../price-rules.ts';
import { fal } from './fal.ts';
import type { FalModel } from './model.ts';
import { falModels } from './models.ts';

/**
 * The rows that an answer of `GET /v1/models/pricing` holds for a model, as of `today` (`YYYY-MM-DD`). Undefined where it
 * has none in dollars, counts in units that are not known before the call (`compute seconds`), or tells one of several tiers.
 */
export function rowsOfQuote(model: string, body: unknown, today: string): PriceRow[] | undefined {
  const prices = isRecord(body) && Array.isArray(body.prices) ? body.prices.filter(isRecord) : [];
  const told = prices.find((price) => price.endpoint_id === model && price.currency === 'USD');
  const bills = falModels.find(({ id }) => id === model)?.bills;
  const unit = typeof told?.unit === 'string' ? unitOf(told.unit, bills) : undefined;
  const price = told?.unit_price;
  if (typeof price !== 'number' || !(price > 0 && price <= mostDollars)) return undefined;
  if (unit === undefined || bills === undefined || bills.hasTiers) return undefined;
  const row = (factor: number): PriceRow => ({
    ...{ provider: fal.id, model, unit, microusd: Math.ceil(Number((price * factor * 1e6).toFixed(3))) },
    ...{ asOf: today, source: quoteSource, status: 'confirmed' },
  });
  if (unit === 'megapixel' || bills.factors === undefined) return [row(1)];
  return Object.entries(bills.factors).map(([quality, factor]) => ({ ...row(factor), quality }));
}

// A price beyond it is none: it would stand in the way of every limit.
const mostDollars = 1_000;
const quoteSource = 'api.fal.ai/v1/models/pricing';

/**
 * What an answer says was charged: its `x-fal-billable-units` at the price of a unit. Undefined where it says nothing, or the
 * price is not fal's own word: units count in what that price is for; whether a dearer quality is more of them is not told.
 */
export function costByFal(
  model: string,
  headers: Readonly<Record<string, string>>,
  prices: PriceTable,
): number | undefined {
  const text = headers['x-fal-billable-units'] ?? '';
  if (!/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) return undefined;
  const unit = prices
    .allOf(fal.id, model)
    .find(({ source, quality }) => source === quoteSource && quality === undefined);
  return unit && Math.ceil(Number((Number(text) * unit.microusd).toFixed(3)));
}

// `processed megapixels` are those sent as well.
function unitOf(unit: string, bills: FalModel['bills'] | undefined): 'picture' | 'megapixel' | undefined {
  const word = unit.trim().toLowerCase();
  if (/^(?:image|generation|request)s?$/.test(word)) return 'picture';
  if (/^megapixels?$/.test(word)) return 'megapixel';
  return /^processed megapixels?$/.test(word) && bills?.pixels === 'both' ? 'megapixel' : undefined;
}

/**
 * By the picture, by the tier its pixels fall into (rows whose quality is `to 24 MP`), or by megapixels. `mostMicrousd`
 * counts megapixels rounded up, and those sent where they are charged too.
 */
export function estimateFal(question: CostQuestion, prices: PriceTable): CostRange | undefined {
  const { model } = question;
  const made = madeSize(question);
  const tiers = prices.of(fal.id, model, 'picture').filter(({ quality }) => tierOf(quality) > 0);
  if (tiers.length > 0) return tierCost(tiers, made);
  const flat = flatCost(fal.id, question, prices);
  if (flat !== undefined) return { ...flat, tokens: 0 };
  const each = prices.of(fal.id, model, 'megapixel')[0]?.microusd;
  if (each === undefined) return undefined;
  const isBoth = falModels.find(({ id }) => id === model)?.bills.pixels === 'both';
  const all = Math.ceil(megapixels(made)) + (isBoth ? Math.ceil(megapixels(question.upload)) : 0);
  const low = Math.ceil(megapixels(made) * each);
  return { lowMicrousd: low, highMicrousd: all * each, mostMicrousd: all * each, tokens: 0 };
}

function tierCost(rows: readonly PriceRow[], made: Size): CostRange | undefined {
  const fitting = rows.filter(({ quality }) => tierOf(quality) >= megapixels(made));
  if (fitting.length === 0) return undefined;
  const cost = Math.min(...fitting.map(({ microusd }) => microusd));
  return { lowMicrousd: cost, highMicrousd: cost, mostMicrousd: cost, tokens: 0 };
}

function tierOf(quality: string | undefined): number {
  return Number(/^to (\d+) MP$/.exec(quality ?? '')?.[1] ?? 0);
}

function madeSize({ size, upload, wish }: CostQuestion): Size {
  const { width, height } = size ?? upload;
  const factor = wish.operation === 'upscale' ? (wish.scale ?? 2) : 1;
  const { left, right, top, bottom } = wish.edges ?? { left: 0, right: 0, top: 0, bottom: 0 };
  return { width: (width + left + right) * factor, height: (height + top + bottom) * factor };
}

function megapixels({ width, height }: Size): number {
  return (width * height) / 1e6;
}
