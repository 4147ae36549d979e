import { describe, expect, it } from 'vitest';
import { builtInPrices } from '../../../src/prices/built-in.ts';
import { createPriceTable } from '../../../src/prices/table.ts';
import type { CostQuestion } from '../../../src/providers/enhance.ts';
import { falEdits } from '../../../src/providers/fal/fal-edits.ts';
import { rowsOfQuote } from '../../../src/providers/fal/prices.ts';
import { hasShared } from '../../helpers/shared.ts';
import { falCall, start } from './requests.ts';

const today = '2026-11-21';
const answer = (model: string, unit_price: number, unit: string, currency = 'USD') => ({
  prices: [{ endpoint_id: model, unit_price, unit, currency }],
  ...{ next_cursor: null, has_more: false },
});
const question: CostQuestion = {
  ...{ model: 'fal-ai/esrgan', quality: undefined, prompt: '', size: undefined, masked: false },
  ...{ upload: { width: 3000, height: 2000 }, wish: { operation: 'upscale', scale: 2 } },
};

describe('fal: what it says of its prices', () => {
  it.each([
    ['fal-ai/esrgan', 0.02, 'images', [['picture', 20_000]]],
    ['fal-ai/esrgan', 0.02, 'image', [['picture', 20_000]]],
    ['fal-ai/seedvr/upscale/image', 0.001, 'megapixels', [['megapixel', 1_000]]],
    ['fal-ai/flux-2-pro/edit', 0.03, 'processed megapixels', [['megapixel', 30_000]]],
    ['fal-ai/esrgan', 0.00111, 'compute seconds', undefined],
    ['fal-ai/esrgan', 1, 'units', undefined],
    ['fal-ai/seedvr/upscale/image', 0.001, 'processed megapixels', undefined],
    ['fal-ai/topaz/upscale/image', 0.08, 'images', undefined],
    ['fal-ai/esrgan', 0, 'images', undefined],
    ['fal-ai/esrgan', -1, 'images', undefined],
    ['fal-ai/esrgan', 1e300, 'images', undefined],
    ['fal-ai/esrgan', 1_000.5, 'images', undefined],
  ] as const)('%s at %d for %s', (model, price, unit, rows) => {
    const told = rowsOfQuote(model, answer(model, price, unit), today);
    expect(told?.map((row) => [row.unit, row.microusd])).toEqual(rows);
  });

  it('is read for that model, and in dollars', () => {
    expect(rowsOfQuote('fal-ai/esrgan', answer('fal-ai/other', 1, 'images'), today)).toBeUndefined();
    expect(rowsOfQuote('fal-ai/esrgan', answer('fal-ai/esrgan', 1, 'images', 'EUR'), today)).toBeUndefined();
    expect(rowsOfQuote('fal-ai/esrgan', undefined, today)).toBeUndefined();
  });

  it('makes what an answer says was charged a cost, where the price is its own', () => {
    const model = 'fal-ai/seedvr/upscale/image';
    const told = rowsOfQuote(model, answer(model, 0.001, 'megapixels'), today) ?? [];
    const cost = (units: string, rows = told) =>
      falEdits.costByHeaders?.(model, { 'x-fal-billable-units': units }, createPriceTable(rows));
    expect(['24', '23.76', '0', '', '-1', '1e3', 'many'].map((units) => cost(units))).toEqual([
      ...[24_000, 23_760, 0],
      ...[undefined, undefined, undefined, undefined],
    ]);
    expect(cost('24', [])).toBeUndefined();
    const stated = told.map((row) => ({ ...row, source: 'your own file', status: 'stated' as const }));
    expect(cost('24', stated)).toBeUndefined();
  });

  it('is told for each quality where those differ', () => {
    const model = 'fal-ai/nano-banana-2/edit';
    const rows = rowsOfQuote(model, answer(model, 0.08, 'images'), today) ?? [];
    expect(rows.map(({ quality, microusd }) => [quality, microusd])).toEqual([
      ['1K', 80_000],
      ['2K', 120_000],
      ['4K', 160_000],
    ]);
    const asked = { ...question, model, quality: '4K', wish: { operation: 'enhance' as const } };
    expect(falEdits.estimate(asked, createPriceTable(rows))).toMatchObject({ mostMicrousd: 160_000 });
    // Whether 4K is one unit or two of them is not known.
    const headers = { 'x-fal-billable-units': '1' };
    expect(falEdits.costByHeaders?.(model, headers, createPriceTable(rows))).toBeUndefined();
  });

  it.skipIf(!hasShared)('is asked for as the published contract has it', async () => {
    const server = await start();
    const rows = await falEdits.quote?.('fal-ai/bria/eraser', falCall(server.baseUrl).call);
    expect(rows).toMatchObject([{ provider: 'fal', model: 'fal-ai/bria/eraser', microusd: 80_000 }]);
    expect(server.breaches).toEqual([]);
  });

  it('is not there for a model that fal does not know', async () => {
    const body = { error: { type: 'not_found', message: 'no' } };
    const server = await start({ prices: { status: 404, body } });
    expect(await falEdits.quote?.('fal-ai/x', falCall(server.baseUrl).call)).toBeUndefined();
  });
});

describe('fal: what a picture will cost', () => {
  it.each([
    [3000, 2000, 2, 80_000],
    [4000, 3000, 2, 160_000],
    [5000, 4000, 2, 320_000],
    [5000, 4000, 4, 1_360_000],
    [8000, 6000, 4, undefined],
  ] as const)('Topaz: %i x %i times %i by its tiers', (width, height, scale, most) => {
    const wish = { operation: 'upscale', scale } as const;
    const asked = { ...question, model: 'fal-ai/topaz/upscale/image', upload: { width, height }, wish };
    expect(falEdits.estimate(asked, builtInPrices)?.mostMicrousd).toBe(most);
  });

  it('counts megapixels of the result, rounded up at most', () => {
    const asked = { ...question, model: 'fal-ai/clarity-upscaler', upload: { width: 1010, height: 1000 } };
    expect(falEdits.estimate(asked, builtInPrices)).toEqual({
      ...{ lowMicrousd: 121_200, highMicrousd: 150_000, mostMicrousd: 150_000, tokens: 0 },
    });
  });

  it('counts what is sent as well where fal does', () => {
    const model = 'fal-ai/flux-2/edit';
    const rows = rowsOfQuote(model, answer(model, 0.012, 'megapixels'), today) ?? [];
    const size = { width: 1264, height: 848 };
    const asked = { ...question, model, upload: size, size, wish: { operation: 'enhance' as const } };
    expect(falEdits.estimate(asked, createPriceTable(rows))?.mostMicrousd).toBe(4 * 12_000);
  });

  it('is unknown where no price is, or the unit is none of the picture', () => {
    expect(falEdits.estimate(question, builtInPrices)).toBeUndefined();
  });
});
