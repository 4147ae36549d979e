// The prices this version knows: US dollars without tax, as read at the services on the dates given.
import { falRows } from './of-fal.ts';
import { geminiRows } from './of-gemini.ts';
import { replicateRows } from './of-replicate.ts';
import { stabilityRows } from './of-stability.ts';
import {
  createPriceTable,
  type PriceRow,
  type PriceStatus,
  type PriceTable,
  type PriceUnit,
} from './table.ts';

interface Origin {
  readonly asOf: string;
  readonly source: string;
  readonly status: PriceStatus;
}

const guide: Origin = {
  asOf: '2026-09',
  source: 'developers.openai.com: image generation guide, model pages',
  status: 'confirmed',
};
const page26: Origin = {
  asOf: '2026-11-05',
  source: 'developers.openai.com: model page of gpt-image-2.6-sunburst',
  status: 'confirmed',
};
const resellers26: Origin = {
  asOf: '2026-11-05',
  source: 'docs.apiyi.com, docs.laozhang.ai: launch of gpt-image-2.6',
  status: 'secondary',
};
const pageMini: Origin = {
  asOf: '2026-10',
  source: 'developers.openai.com: model page of gpt-image-1-mini',
  status: 'confirmed',
};
const older: Origin = {
  asOf: '2026-09',
  source: 'developers.openai.com: image generation guide, older models',
  status: 'confirmed',
};
// 4160 tokens for $0.133; what is sent was not to be found.
const byTable: Origin = { ...older, status: 'derived' };
const presumed: Origin = { ...older, status: 'unconfirmed' };

/** Dollars a million tokens. */
interface TokenPrices {
  readonly text_input: number;
  readonly image_input: number;
  readonly output: number;
}

const current: TokenPrices = { text_input: 5, image_input: 8, output: 30 };

/** Dollars a picture by quality: a square one of 1024 pixels, then one of 1536 by 1024 or upright. */
type PicturePrices = Readonly<Record<string, readonly [square: number, oblong: number]>>;

const of15: PicturePrices = { low: [0.009, 0.013], medium: [0.034, 0.05], high: [0.133, 0.2] };
const ofMini: PicturePrices = { low: [0.005, 0.006], medium: [0.011, 0.015], high: [0.036, 0.052] };

/** All built-in prices. */
export const builtInRows: readonly PriceRow[] = [
  ...tokens('gpt-image-2.5-sunburst', current, guide),
  ...tokens('gpt-image-2.5-flare', current, guide),
  ...tokens('gpt-image-2.6-sunburst', current, page26),
  ...tokens('gpt-image-2.6-flare', current, resellers26),
  ...tokens('gpt-image-2', current, guide),
  ...tokens('gpt-image-1-mini', { text_input: 2, image_input: 2.5, output: 8 }, pageMini),
  ...pictures('gpt-image-1-mini', ofMini, older),
  ...['gpt-image-1.5', 'chatgpt-image-latest'].flatMap((model) => [
    ...tokens(model, { text_input: 5, image_input: 8 }, presumed),
    ...tokens(model, { output: 32 }, byTable),
    ...pictures(model, of15, model === 'gpt-image-1.5' ? older : presumed),
  ]),
  ...geminiRows,
  ...stabilityRows,
  ...falRows,
  ...replicateRows,
];

/** The table without a file of the user's own. */
export const builtInPrices: PriceTable = createPriceTable(builtInRows);

function tokens(model: string, prices: Partial<TokenPrices>, origin: Origin): PriceRow[] {
  return Object.entries(prices).map(([unit, dollars]) => row(model, unit as PriceUnit, dollars, origin));
}

function pictures(model: string, prices: PicturePrices, origin: Origin): PriceRow[] {
  return Object.entries(prices).flatMap(([quality, [square, oblong]]) =>
    ['1024x1024', '1536x1024', '1024x1536'].map((size, at) => ({
      ...row(model, 'output_picture', at === 0 ? square : oblong, origin),
      quality,
      size,
    })),
  );
}

function row(model: string, unit: PriceUnit, dollars: number, origin: Origin): PriceRow {
  return { provider: 'openai', model, unit, microusd: Math.round(dollars * 1e6), ...origin };
}
