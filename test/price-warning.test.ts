import { expect, it } from 'vitest';
import { oldPrices, strangeModels } from '../src/price-warning.ts';
import { createPriceTable, type PriceRow } from '../src/prices/table.ts';

const row = (model: string): PriceRow => ({
  ...{
    provider: 'openai',
    model,
    unit: 'output',
    microusd: 1,
    asOf: '2026-11',
    source: 'x',
    status: 'stated',
  },
});
const warnings = (models: readonly string[]) =>
  strangeModels(createPriceTable([], { file: { shown: 'p.json', sha256: '' }, rows: models.map(row) }));

it('names a few models that do not exist, each with the one that may be meant', () => {
  expect(warnings(['gpt-image-2', 'gpt-imag-2', 'gpt-imag-2', 'x', 'y'])).toEqual([
    [
      'the price file p.json has prices of gpt-imag-2, which is no model of OpenAI',
      'did you mean gpt-image-2?',
    ],
    [
      'the price file p.json has prices of x, which is no model of OpenAI',
      'imgsys providers lists the models',
    ],
    [
      'the price file p.json has prices of y, which is no model of OpenAI',
      'imgsys providers lists the models',
    ],
  ]);
});

it('names three of thousands, and counts the others', () => {
  expect(warnings(Array.from({ length: 9_999 }, (_, at) => `m${at}`))).toEqual([
    [
      'the price file p.json has prices of m0, m1, m2 and 9,996 more, which are no models of OpenAI',
      'imgsys providers lists the models',
    ],
  ]);
});

it('says whose prices are old, three models of each by name', () => {
  const nowMs = Date.UTC(2026, 10, 21);
  const aged = (provider: string, model: string, asOf: string) => ({ ...row(model), provider, asOf });
  const old = ['a', 'b', 'c', 'd', 'd'].map((model) => aged('fal', model, '2025-03'));
  const rows = [...old, aged('openai-compatible', '*', '2025-01'), aged('openai', 'new', '2026-11')];
  expect(oldPrices(rows, nowMs)).toEqual([
    [
      'the prices of pictures at openai-compatible, a, b, c and 1 more at fal are of 2025-01 or later: they may have changed since',
      expect.stringContaining('--prices FILE'),
    ],
  ]);
  expect(oldPrices([aged('openai', 'new', '2026-11')], nowMs)).toEqual([]);
});
