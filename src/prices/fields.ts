// The fields of a row in a file of prices, as data.
import { printable } from '../text.ts';
import { type PriceUnit, priceUnits } from './table.ts';

export interface PriceFields {
  readonly provider: string;
  readonly model: string;
  readonly unit: PriceUnit;
  /** Dollars a picture, a million pixels, or a million tokens. */
  readonly usd: number;
  readonly quality: string;
  readonly size: string;
  readonly asOf: string;
  readonly source: string;
}

interface Rule<Value> {
  /** In words that follow "must be". */
  readonly expects: string;
  readonly holds: (value: unknown) => value is Value;
  readonly choices?: readonly string[];
}

const maxUsd = 100_000;

const isText = (value: unknown): value is string => typeof value === 'string';
const isLine = (value: unknown, most: number): value is string =>
  isText(value) &&
  value.trim() === value &&
  value !== '' &&
  value.length <= most &&
  printable(value) === value;

/** What each field may hold. */
export const rules: { readonly [Name in keyof PriceFields]: Rule<PriceFields[Name]> } = {
  provider: { expects: 'the name of a provider', holds: (value): value is string => isLine(value, 64) },
  model: {
    expects: 'the name of a model, or * for any without a price of its own',
    holds: (value): value is string => isLine(value, 200),
  },
  unit: {
    expects: `one of ${priceUnits.join(', ')}`,
    holds: (value): value is PriceUnit => priceUnits.some((unit) => unit === value),
    choices: priceUnits,
  },
  usd: {
    expects: 'a number of dollars from 0 to 100000, to the millionth at most',
    holds: (value): value is number =>
      typeof value === 'number' && value >= 0 && value <= maxUsd && isWholeMicrousd(value),
  },
  quality: {
    expects: 'a word as --quality takes it, such as low, high or 2K, or a tier such as to 24 MP',
    holds: (value): value is string =>
      isText(value) && /^(?:[a-z][a-z0-9-]{0,31}|\d(?:\.\d)?K|to [1-9]\d{0,3} MP)$/.test(value),
  },
  size: {
    expects: 'width and height in pixels, such as 1024x1024',
    holds: (value): value is string => isText(value) && /^[1-9]\d{0,4}x[1-9]\d{0,4}$/.test(value),
  },
  asOf: {
    expects: 'a date as 2026-10-30, or a month as 2026-11',
    holds: (value): value is string => isText(value) && isDate(value),
  },
  source: {
    expects: 'one line of 1 to 200 characters',
    holds: (value): value is string => isLine(value, 200),
  },
};

export const fieldNames = Object.keys(rules) as readonly (keyof PriceFields)[];

// Dollars are binary fractions: a whole number of micro-dollars is one to within rounding.
function isWholeMicrousd(usd: number): boolean {
  return Math.abs(usd * 1e6 - Math.round(usd * 1e6)) < 1e-3;
}

function isDate(text: string): boolean {
  const match = /^20\d\d-(\d\d)(?:-(\d\d))?$/.exec(text);
  if (match === null) return false;
  const full = match[2] === undefined ? `${text}-01` : text;
  const time = Date.parse(`${full}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(full);
}
