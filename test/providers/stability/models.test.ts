import { describe, expect, it } from 'vitest';
import { ItemError } from '../../../src/errors.ts';
import { checkUpscale } from '../../../src/images/upload/check-upscale.ts';
import { fitSize } from '../../../src/images/upload/fit-size.ts';
import { operations } from '../../../src/operations.ts';
import { builtInPrices } from '../../../src/prices/built-in.ts';
import { endpoints } from '../../../src/providers/stability/endpoints.ts';
import { stabilityEdits } from '../../../src/providers/stability/stability-edits.ts';

const { models } = stabilityEdits;
const find = (name: string | undefined) => stabilityEdits.findModel(name, '2026-11-21');
const size = { width: 1000, height: 1000 };
const estimate = (model: string) =>
  stabilityEdits.estimate(
    {
      ...{ model, quality: undefined, prompt: '', upload: size, size: undefined, masked: false },
      wish: { operation: 'upscale' },
    },
    builtInPrices,
  );

describe('the models of stability', () => {
  it('have an endpoint each', () => {
    expect(Object.keys(endpoints).sort()).toEqual(models.map(({ id }) => id).sort());
  });

  it('do the operations they are chosen for, with what those bring', () => {
    for (const { name, needs } of operations) {
      const id = stabilityEdits.modelFor[name];
      if (id === undefined) continue;
      const model = find(id);
      expect(model.operations).toContain(name);
      if (needs === 'mask') expect(model.mask).toBe('needed');
    }
    expect(Object.keys(stabilityEdits.modelFor)).toHaveLength(7);
  });

  it('enlarge with invented detail, or retouch by name, by another than the usual one', () => {
    const creative = models.filter(
      ({ operations, isCreative }) => operations.includes('upscale') && isCreative,
    );
    expect(creative.map(({ id }) => id)).toEqual(['upscale-creative']);
    const named = models.filter(({ operations, mask }) => operations.includes('retouch') && mask === 'none');
    expect(named.map(({ id }) => id)).toEqual(['search-and-replace']);
  });

  it.each([
    ['upscale-fast', 20_000],
    ['upscale-conservative', 400_000],
    ['upscale-creative', 600_000],
    ['erase', 50_000],
    ['inpaint', 50_000],
    ['search-and-replace', 50_000],
    ['remove-background', 50_000],
    ['outpaint', 40_000],
    ['replace-background-and-relight', 80_000],
    ['relight', 80_000],
  ])('%s costs %i micro-dollars', (model, microusd) => {
    const range = { lowMicrousd: microusd, highMicrousd: microusd, mostMicrousd: microusd, tokens: 0 };
    expect(estimate(model)).toEqual(range);
  });

  it.each([
    ['upscale-fast', 6000, 4000],
    ['upscale-fast', 3000, 300],
    ['upscale-conservative', 9000, 1000],
    ['erase', 6000, 4000],
    ['outpaint', 2000, 300],
    ['inpaint', 40, 30],
  ])('%s is sent %i x %i within its bounds', (model, width, height) => {
    const rule = find(model).sizes;
    if (rule.kind !== 'any') throw new Error('it has sizes of its own');
    const fit = fitSize({ width, height }, rule);
    const [longer, shorter] = [Math.max(fit.width, fit.height), Math.min(fit.width, fit.height)];
    expect(longer * shorter).toBeLessThanOrEqual(rule.maxPixels);
    expect(longer * shorter).toBeGreaterThanOrEqual(rule.minPixels ?? 0);
    expect(shorter).toBeGreaterThanOrEqual(rule.minSide ?? 0);
    expect(longer).toBeLessThanOrEqual(rule.maxSide ?? longer);
    expect(longer / shorter).toBeLessThanOrEqual(rule.maxRatio ?? longer);
  });

  it('do not enlarge a photograph into one with less detail', () => {
    const model = find('upscale-conservative');
    expect(() => checkUpscale({ width: 2400, height: 1600 }, 2, model, models)).not.toThrow();
    const large = () => checkUpscale({ width: 2600, height: 1800 }, 2, model, models);
    expect(large).toThrow(ItemError);
    expect(large).toThrow('upscale-conservative makes about 4.2 megapixels whatever it is sent');
  });

  it('are found by name, near ones named', () => {
    expect(find(undefined).id).toBe('upscale-conservative');
    expect(() => find('upscale-fats')).toThrow('there is no model upscale-fats');
  });
});
