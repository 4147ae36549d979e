import { describe, expect, it } from 'vitest';
import { outdated } from '../../src/prices/age.ts';
import { builtInPrices, builtInRows } from '../../src/prices/built-in.ts';
import { createPriceTable, type PriceRow } from '../../src/prices/table.ts';
import { openaiModels } from '../../src/providers/openai/models.ts';

const file = { shown: 'prices.json', sha256: 'ab12' };
const row = (
  model: string,
  unit: PriceRow['unit'],
  microusd: number,
  more: Partial<PriceRow> = {},
): PriceRow => ({
  ...{ provider: 'openai', model, unit, microusd, asOf: '2026-11-30', source: 'mine', status: 'stated' },
  ...more,
});
const withOwn = (...rows: PriceRow[]) => createPriceTable(builtInRows, { file, rows });
const units = (table = builtInPrices, model = 'gpt-image-2', provider = 'openai') =>
  Object.fromEntries(table.allOf(provider, model).map(({ unit, microusd }) => [unit, microusd]));

describe('the built-in prices', () => {
  it('know every model that can be called, in whole micro-dollars', () => {
    for (const { id } of openaiModels) {
      expect(units(builtInPrices, id), id).toMatchObject({
        text_input: expect.any(Number),
        image_input: expect.any(Number),
        output: expect.any(Number),
      });
    }
    expect(builtInRows.every(({ microusd }) => Number.isSafeInteger(microusd) && microusd > 0)).toBe(true);
  });

  it('say each price once', () => {
    const places = builtInRows.map(({ model, unit, quality, size }) => [model, unit, quality, size].join());
    expect(new Set(places).size).toBe(places.length);
  });

  it.each([
    ['gpt-image-2.5-sunburst', 5_000_000, 8_000_000, 30_000_000, '2026-09'],
    ['gpt-image-2.5-flare-2026-09-08', 5_000_000, 8_000_000, 30_000_000, '2026-09'],
    ['gpt-image-2.6-flare', 5_000_000, 8_000_000, 30_000_000, '2026-11-05'],
    ['gpt-image-1-mini', 2_000_000, 2_500_000, 8_000_000, '2026-09'],
  ])('%s', (model, text_input, image_input, output, asOf) => {
    expect(units(builtInPrices, model)).toMatchObject({ text_input, image_input, output });
    expect(builtInPrices.priceOf('openai', model)).toMatchObject({ asOf, source: 'built-in' });
  });

  it('know nothing of others', () => {
    expect(builtInPrices.allOf('openai', 'gpt-image-9')).toEqual([]);
    expect(builtInPrices.priceOf('openai-compatible', '')).toBeUndefined();
  });
});

describe('prices of a file', () => {
  it('take the place of the built-in ones of the same provider, model and unit alone', () => {
    const table = withOwn(row('gpt-image-2', 'output', 28_000_000));
    expect(units(table)).toEqual({ text_input: 5_000_000, image_input: 8_000_000, output: 28_000_000 });
    expect(units(table, 'gpt-image-2-2026-04-21')).toEqual(units(table));
    expect(units(table, 'gpt-image-2.5-flare')).toEqual(units(builtInPrices, 'gpt-image-2.5-flare'));
  });

  it('for a dated model leave the undated one alone', () => {
    const table = withOwn(row('gpt-image-2-2026-04-21', 'output', 1));
    expect([units(table).output, units(table, 'gpt-image-2-2026-04-21').output]).toEqual([30_000_000, 1]);
    expect(units(table, 'gpt-image-2-2026-04-21').text_input).toBe(5_000_000);
  });

  it('for a whole call go before what its tokens cost', () => {
    expect(units(withOwn(row('gpt-image-2', 'picture', 70_000)))).toEqual({ picture: 70_000 });
    expect(
      units(withOwn(row('gpt-image-2-2026-04-21', 'picture', 70_000)), 'gpt-image-2-2026-04-21'),
    ).toEqual({ picture: 70_000 });
  });

  it('for any model count where there is no other', () => {
    const own = { provider: 'openai-compatible' };
    const table = withOwn(row('*', 'picture', 20_000, own), row('flux', 'picture', 5_000, own));
    expect(units(table, '', 'openai-compatible')).toEqual({ picture: 20_000 });
    expect(units(table, 'flux', 'openai-compatible')).toEqual({ picture: 5_000 });
    expect(units(table)).toEqual(units());
  });

  it('are told with a call: the oldest date, the file, each unit', () => {
    expect(withOwn(row('gpt-image-2', 'output', 28_000_000)).priceOf('openai', 'gpt-image-2')).toEqual({
      microusd: { text_input: 5_000_000, image_input: 8_000_000, output: 28_000_000 },
      asOf: '2026-09',
      source: 'file',
      fileSha256: 'ab12',
    });
    const others = withOwn(row('gpt-image-2', 'output', 1)).priceOf('openai', 'gpt-image-2.5-flare');
    expect(others).toMatchObject({ source: 'built-in' });
    expect(others).not.toHaveProperty('fileSha256');
    expect(builtInPrices.priceOf('openai', 'gpt-image-1.5')?.microusd).toMatchObject({
      'output_picture high 1024x1024': 133_000,
    });
  });
});

describe('an old price', () => {
  const dayMs = 86_400_000;
  it.each([
    ['2026-09-30', 90, undefined],
    ['2026-09-30', 91, '2026-09-30'],
    // A month counts from its last day.
    ['2026-09', 90, undefined],
    ['2026-09', 91, '2026-09'],
  ])('%s, %i days after the end of September', (asOf, days, told) => {
    const nowMs = Date.UTC(2026, 8, 30) + days * dayMs;
    const rows = [row('x', 'output', 1, { asOf }), row('x', 'picture', 1, { asOf: '2027-01' })];
    expect(outdated(rows, nowMs).map((old) => old.asOf)).toEqual(told === undefined ? [] : [told]);
  });

  it('come with the oldest first', () => {
    const rows = ['2026-03', '2025-12-01', '2026-01'].map((asOf) => row('x', 'output', 1, { asOf }));
    expect(outdated(rows, Date.UTC(2026, 10, 21)).map(({ asOf }) => asOf)).toEqual([
      ...['2025-12-01', '2026-01', '2026-03'],
    ]);
    expect(outdated([], Date.UTC(2026, 10, 21))).toEqual([]);
  });
});
