import { describe, expect, it } from 'vitest';
import { priceWarnings } from '../../src/price-warning.ts';
import { builtInPrices, builtInRows } from '../../src/prices/built-in.ts';
import { createPriceTable, type PriceRow } from '../../src/prices/table.ts';
import { openaiEdits } from '../../src/providers/openai/openai-edits.ts';
import { compatibleEdits } from '../../src/providers/openai-compatible/compatible-edits.ts';
import { expectedCost, pricesOfCall, typicalCost, typicalUpload } from '../../src/purchases/expected-cost.ts';
import type { RemoteRecipe } from '../../src/purchases/recipe.ts';

const nowMs = Date.UTC(2026, 10, 21);
const file = { shown: 'p.json', sha256: 'ff' };
const stated = (provider: string, model: string, usd: number, more: Partial<PriceRow> = {}): PriceRow => ({
  ...{
    provider,
    model,
    unit: 'picture',
    microusd: usd * 1e6,
    asOf: '2026-11',
    source: 'x',
    status: 'stated',
  },
  ...more,
});
const table = (...rows: PriceRow[]) => createPriceTable(builtInRows, { file, rows });

function recipe(provider = openaiEdits, parts: Partial<RemoteRecipe> = {}): RemoteRecipe {
  return {
    ...{
      provider,
      model: provider.findModel(undefined, ''),
      prompt: 'brighter',
      wish: { operation: 'enhance' },
      quality: 'high',
      options: {},
    },
    ...{ mask: undefined, uploadPixels: undefined, keys: [], stated: {}, concurrency: 'auto', timeoutMs: 1 },
    ...{ maxWaitMs: 1, retryUnsettled: 'ask', prices: builtInPrices, assumePriceMicrousd: undefined },
    ...{ fallback: [], ...parts },
  };
}
const server = (parts: Partial<RemoteRecipe> = {}) =>
  recipe(compatibleEdits, { quality: undefined, ...parts });
const size = { width: 1024, height: 1024 };
const flat = (microusd: number) => ({
  ...{ lowMicrousd: microusd, highMicrousd: microusd, mostMicrousd: microusd },
});

describe('what a call is expected to cost', () => {
  it('is unknown, never nothing, where no price is known', () => {
    expect(expectedCost(server(), size)).toBeUndefined();
    expect(pricesOfCall(server())).toBeUndefined();
  });

  it('is what the user assumes, and said to be so', () => {
    const assumed = server({ assumePriceMicrousd: 50_000 });
    expect(expectedCost(assumed, size)).toEqual({ ...flat(50_000), tokens: 0, assumed: true });
    expect(pricesOfCall(assumed)).toEqual({ microusd: { picture: 50_000 }, asOf: null, source: 'assumed' });
  });

  it('is not assumed where it is known', () => {
    expect(expectedCost(recipe(openaiEdits, { assumePriceMicrousd: 1 }), size)).toEqual(
      expectedCost(recipe(), size),
    );
    const known = server({ assumePriceMicrousd: 1, prices: table(stated('openai-compatible', '*', 0)) });
    expect(expectedCost(known, size)).toEqual({ ...flat(0), tokens: 0 });
  });

  it('follows a file of prices', () => {
    const dear = table(stated('openai', 'gpt-image-2.5-sunburst', 60, { unit: 'output' }));
    const [before, after] = [
      expectedCost(recipe(), size),
      expectedCost(recipe(openaiEdits, { prices: dear }), size),
    ];
    expect((after?.highMicrousd ?? 0) - (before?.highMicrousd ?? 0)).toBe(1756 * 30);
    expect(after?.tokens).toBe(before?.tokens);
    const once = table(stated('openai', 'gpt-image-2.5-sunburst', 0.07));
    expect(expectedCost(recipe(openaiEdits, { prices: once }), size)).toMatchObject(flat(70_000));
  });

  it.each([
    ['low', 10_000, 10_000],
    ['high', 30_000, 30_000],
    ['other', 20_000, 20_000],
    [undefined, 10_000, 30_000],
  ])('by quality %s', (quality, low, high) => {
    const prices = table(
      stated('openai-compatible', '*', 0.02),
      stated('openai-compatible', '*', 0.01, { quality: 'low' }),
      stated('openai-compatible', '*', 0.03, { quality: 'high' }),
    );
    expect(expectedCost(server({ prices, quality }), size)).toMatchObject({
      ...{ lowMicrousd: low, highMicrousd: high, mostMicrousd: high },
    });
  });

  it('tells the tokens it takes, for limits', () => {
    // 1756 made, 1024 sent, 8 bytes of prompt.
    expect(expectedCost(recipe(), size)?.tokens).toBe(1756 + 1024 + 2);
    const masked = recipe(openaiEdits, { mask: { kind: 'file', path: 'm.png', sha256: '' } });
    expect(expectedCost(masked, size)?.tokens).toBe(1756 + 2048 + 2);
  });
});

describe('a typical photograph', () => {
  it.each([
    ['gpt-image-2.5-sunburst', 'low', 19_000, 23_000],
    ['gpt-image-2.5-sunburst', 'high', 75_000, 80_000],
    ['gpt-image-2.5-sunburst', 'max', 265_000, 280_000],
    ['gpt-image-1.5', 'high', 205_000, 220_000],
  ])('%s at %s', (model, quality, least, most) => {
    const cost = typicalCost(recipe(openaiEdits, { model: openaiEdits.findModel(model, ''), quality }));
    expect(cost?.lowMicrousd).toBeGreaterThan(least);
    expect(cost?.highMicrousd).toBeLessThan(most);
  });

  it('is sent at the usual size of the model, or at what the user wants', () => {
    const { model } = recipe();
    expect(typicalUpload(model, undefined)).toMatchObject({ width: 2336, height: 1552 });
    expect(typicalUpload(model, 1_000_000).width).toBeLessThan(1300);
  });
});

describe('what is said of the prices of a run', () => {
  it('is nothing where all is well', () => {
    expect(priceWarnings(recipe(), nowMs)).toEqual([]);
    expect(priceWarnings(server(), nowMs)).toEqual([]);
  });

  it('is that they are old', () => {
    const [message = '', hint = ''] = priceWarnings(recipe(), nowMs + 90 * 86_400_000)[0] ?? [];
    expect(message).toBe(
      'the prices of gpt-image-2.5-sunburst at openai are of 2026-09: they may have changed since',
    );
    expect(hint).toContain('--prices FILE');
    expect(priceWarnings(server(), nowMs + 900 * 86_400_000)).toEqual([]);
  });

  it('is that they are assumed, also for who comes after', () => {
    const next = { kind: 'remote', recipe: server({ assumePriceMicrousd: 50_000 }) } as const;
    expect(priceWarnings(recipe(openaiEdits, { fallback: [next] }), nowMs)).toEqual([
      [
        'the price of pictures of openai-compatible is not known: $0.05 a picture is assumed',
        expect.stringContaining('--prices'),
      ],
    ]);
  });

  it('is that the file names a model that is none', () => {
    const prices = table(stated('openai', 'gpt-image-25-flare', 1), stated('openai-compatible', 'mine', 1));
    expect(priceWarnings(recipe(openaiEdits, { prices }), nowMs)).toEqual([
      [
        'the price file p.json has prices of gpt-image-25-flare, which is no model of OpenAI',
        'did you mean gpt-image-2.5-flare?',
      ],
    ]);
  });
});
