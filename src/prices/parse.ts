// A file of prices: a JSON list of rows, checked to the letter, since a slip costs money.
import { CommandError, exitCodes } from '../errors.ts';
import { isRecord, parseJson } from '../json.ts';
import { nearest } from '../suggest.ts';
import { printable } from '../text.ts';
import { isFuture } from './age.ts';
import { fieldNames, type PriceFields, rules } from './fields.ts';
import { anyModel, type PriceRow, type PriceUnit, tokenUnits } from './table.ts';

export const maxFileBytes = 2 ** 20;
const maxRows = 10_000;

/** A provider that there can be prices for. */
export interface Seller {
  readonly id: string;
  readonly priceUnits: readonly PriceUnit[];
}

/**
 * The rows of a file: each with `provider` (one of `sellers`), `model`, `unit`, `usd` (dollars a picture, a million
 * pixels or a million tokens) and `asOf` (not after `nowMs`), and where wanted `quality`, `size` and `source`. Throws
 * CommandError (2) naming file, row and field.
 */
export function parsePrices(
  bytes: Uint8Array,
  shown: string,
  sellers: readonly Seller[],
  nowMs: number,
): PriceRow[] {
  const wrong = (what: string, hint?: string) => mistake(shown, what, hint);
  if (bytes.length > maxFileBytes) throw wrong('larger than 1 MiB', 'a price takes one short row');
  const value = parseJson(decoded(bytes, wrong));
  if (!Array.isArray(value)) throw wrong('not a JSON list of prices', example);
  if (value.length === 0) throw wrong('holds no price', example);
  if (value.length > maxRows) throw wrong(`holds more than ${maxRows.toLocaleString('en-US')} rows`);
  const seen = new Map<string, number>();
  return value.map((item: unknown, index) => {
    const at = index + 1;
    const ofRow: Wrong = (what, hint) => wrong(`row ${at}: ${what}`, hint);
    const row = readRow(item, sellers, ofRow);
    if (isFuture(row.asOf, nowMs)) {
      throw ofRow(`the field "asOf": ${row.asOf} is still to come`, 'it is the date when you read the price');
    }
    const place = JSON.stringify([row.provider, row.model, row.unit, row.quality ?? '', row.size ?? '']);
    const before = seen.get(place);
    if (before !== undefined)
      throw wrong(`row ${at}: says the price of row ${before} again`, 'keep one of them');
    seen.set(place, at);
    return row;
  });
}

const example =
  'write [{"provider": "openai-compatible", "model": "*", "unit": "picture", "usd": 0.02, "asOf": "2026-11"}]';

type Wrong = (what: string, hint?: string) => CommandError;

function decoded(bytes: Uint8Array, wrong: Wrong): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw wrong('not UTF-8 text', 'save it as UTF-8 in your editor');
  }
}

function readRow(item: unknown, sellers: readonly Seller[], wrong: Wrong): PriceRow {
  if (!isRecord(item)) throw wrong('not a JSON object', example);
  for (const field of Object.keys(item)) checkKnown(field, wrong);
  const read = <Name extends keyof PriceFields>(name: Name): PriceFields[Name] => {
    const found = optional(item, name, wrong);
    if (found === undefined) throw wrong(`the field "${name}" is missing`, `it is ${rules[name].expects}`);
    return found;
  };
  const [provider, model, unit] = [read('provider'), read('model'), read('unit')];
  const seller = sellers.find(({ id }) => id === provider);
  if (seller === undefined) throw unknownProvider(provider, sellers, wrong);
  if (!seller.priceUnits.includes(unit)) {
    throw wrong(
      `the field "unit": ${unit} tells nothing of what ${provider} costs`,
      `it is one of ${seller.priceUnits.join(', ')}`,
    );
  }
  const [quality, size] = [optional(item, 'quality', wrong), optional(item, 'size', wrong)];
  if (tokenUnits.includes(unit) && (quality ?? size) !== undefined) {
    const field = quality === undefined ? 'size' : 'quality';
    throw wrong(`the field "${field}" does not go with the unit ${unit}`, 'tokens cost the same for each');
  }
  if (model === anyModel && unit !== 'picture') {
    throw wrong('the field "model": * goes with the unit picture alone', 'name the model');
  }
  return {
    ...{ provider, model, unit, microusd: Math.round(read('usd') * 1e6), asOf: read('asOf') },
    ...(quality !== undefined && { quality }),
    ...(size !== undefined && { size }),
    source: optional(item, 'source', wrong) ?? 'your own file',
    status: 'stated',
  };
}

function unknownProvider(provider: string, sellers: readonly Seller[], wrong: Wrong): CommandError {
  const ids = sellers.map(({ id }) => id);
  const near = nearest(provider, ids);
  return wrong(
    `the field "provider": ${printable(provider)} charges nothing, or is unknown`,
    near === undefined ? `it is one of ${ids.join(', ')}` : `did you mean "${near}"?`,
  );
}

function checkKnown(field: string, wrong: Wrong): void {
  if (fieldNames.some((name) => name === field)) return;
  const shown = printable(field.length > 64 ? `${field.slice(0, 63)}…` : field);
  const near = field.length > 64 ? undefined : nearest(field, fieldNames);
  const hint = near === undefined ? `the fields are: ${fieldNames.join(', ')}` : `did you mean "${near}"?`;
  throw wrong(`the field "${shown}" is unknown`, hint);
}

function optional<Name extends keyof PriceFields>(
  item: Readonly<Record<string, unknown>>,
  name: Name,
  wrong: Wrong,
): PriceFields[Name] | undefined {
  const value = Object.hasOwn(item, name) ? item[name] : undefined;
  const { expects, holds, choices } = rules[name];
  if (value === undefined || holds(value)) return value;
  const near =
    choices && typeof value === 'string' && value.length <= 64 ? nearest(value, choices) : undefined;
  throw wrong(`the field "${name}" must be ${expects}`, near && `did you mean "${near}"?`);
}

function mistake(shown: string, what: string, hint?: string): CommandError {
  return new CommandError(`the price file ${printable(shown)}: ${what}`, {
    exitCode: exitCodes.usage,
    ...(hint === undefined ? {} : { hint }),
  });
}
