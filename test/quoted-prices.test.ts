import { describe, expect, it } from 'vitest';
import type { Credential } from '../src/credentials.ts';
import { CommandError, exitCodes } from '../src/errors.ts';
import { builtInPrices } from '../src/prices/built-in.ts';
import type { PriceRow } from '../src/prices/table.ts';
import type { EnhanceProvider } from '../src/providers/enhance.ts';
import { falEdits } from '../src/providers/fal/fal-edits.ts';
import { ProviderError } from '../src/providers/http.ts';
import { pricesOfCall, typicalCost } from '../src/purchases/expected-cost.ts';
import type { RemoteRecipe } from '../src/purchases/recipe.ts';
import { withQuotedPrices } from '../src/quoted-prices.ts';
import { Secret } from '../src/secret.ts';

const row = (model: string): PriceRow => ({
  ...{ provider: 'fal', model, unit: 'picture', microusd: 20_000 },
  ...{ asOf: '2026-11-21', source: 'the service', status: 'confirmed' },
});

function ask(model: string, quote: EnhanceProvider['quote'] | undefined, more: Partial<Credential> = {}) {
  const said: string[] = [];
  const provider: EnhanceProvider = { ...falEdits, ...(quote && { quote }) };
  const recipe: RemoteRecipe = {
    ...{
      provider,
      model: falEdits.findModel(model, ''),
      prompt: '',
      wish: { operation: 'upscale', scale: 2 },
    },
    ...{ quality: undefined, options: {}, mask: undefined, uploadPixels: undefined, stated: {} },
    ...{ concurrency: 'auto', timeoutMs: 1, maxWaitMs: 1, retryUnsettled: 'ask', prices: builtInPrices },
    ...{ assumePriceMicrousd: undefined, fallback: [], keys: [] },
  };
  const credential = {
    ...{ baseUrl: 'https://queue.example', secret: async () => new Secret('CANARY:fal') },
    ...more,
  } as Credential;
  const warn = (message: string) => said.push(message);
  const parts = { fetch, signal: new AbortController().signal, warn };
  return { recipe, said, priced: withQuotedPrices(recipe, credential, parts), parts };
}

describe('a price that is not known here', () => {
  it('is asked for, reckoned with, and kept with the calls as the word of the service', async () => {
    const asked: unknown[] = [];
    const { recipe, priced, said } = ask('fal-ai/esrgan', async (model, { baseUrl, secret }) => {
      asked.push([model, baseUrl, secret?.reveal()]);
      return [row(model)];
    });
    expect(typicalCost(recipe)).toBeUndefined();
    const after = await priced;
    expect(asked).toEqual([['fal-ai/esrgan', 'https://queue.example', 'CANARY:fal']]);
    expect(typicalCost(after)?.mostMicrousd).toBe(20_000);
    expect(pricesOfCall(after)).toEqual({
      ...{ microusd: { picture: 20_000 }, asOf: '2026-11-21', source: 'service' },
    });
    expect(said).toEqual([]);
  });

  it('stays unknown where the service tells none', async () => {
    const { recipe, priced, said } = ask('fal-ai/esrgan', async () => undefined);
    expect(await priced).toBe(recipe);
    expect(said).toEqual([]);
  });

  it.each([
    [new ProviderError('fal cannot be reached', { provider: 'fal', failure: 'network' })],
    [new CommandError('the key store is locked', { exitCode: exitCodes.keyStoreLocked })],
  ])('stays unknown, with a word, after %s', async (error) => {
    const { recipe, priced, said } = ask('fal-ai/esrgan', async () => {
      throw error;
    });
    expect(await priced).toBe(recipe);
    expect(said).toEqual([`fal could not be asked what fal-ai/esrgan costs: ${error.message}`]);
  });

  it('does not hide a defect', async () => {
    const defect = new TypeError('not a function');
    const { priced } = ask('fal-ai/esrgan', async () => {
      throw defect;
    });
    await expect(priced).rejects.toBe(defect);
  });
});

it('nobody is asked for a price that is known, or without a key', async () => {
  const never = async () => {
    throw new Error('asked');
  };
  const known = ask('fal-ai/clarity-upscaler', never);
  expect(await known.priced).toBe(known.recipe);
  const { recipe, parts } = ask('fal-ai/clarity-upscaler', never);
  const unknown = { ...recipe, model: falEdits.findModel('fal-ai/esrgan', '') };
  expect(await withQuotedPrices(unknown, undefined, parts)).toBe(unknown);
});
