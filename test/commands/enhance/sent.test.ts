import { describe, expect, it } from 'vitest';
import { readAsked, sentBy } from '../../../src/commands/enhance/sent.ts';
import { autoLook, sharpenLook } from '../../../src/presets/looks.ts';
import { stabilityModels } from '../../../src/providers/stability/models.ts';
import { stabilityEdits } from '../../../src/providers/stability/stability-edits.ts';
import type { Wish } from '../../../src/providers/wish.ts';
import type { RemoteRecipe } from '../../../src/purchases/recipe.ts';

const sent = {
  ...{ provider: 'openai', model: 'gpt-image-2', prompt: 'x', quality: 'low', options: {} },
  ...{ mask: null, uploadPixels: null, uploadVersion: 1 },
};
const read = (recipe: object) => readAsked({ preset: 'auto', sent, fallback: [{ kind: 'local', recipe }] });

describe('what the ledger keeps of a run', () => {
  it.each([
    ['enhance', 1, autoLook],
    ['sharpen', 1, sharpenLook],
    ['upscale', 2, {}],
  ])('%s, as local was asked before there were looks, is read as its look', (operation, scale, look) => {
    expect(read({ operation, scale, strength: 0.4 })?.fallback).toEqual([
      { kind: 'local', recipe: { look, scale, strength: 0.4 } },
    ]);
  });

  it('is read back as it was written', () => {
    const recipe = { look: { vibrance: { share: 2 } }, scale: 1, strength: 0.65 };
    expect(read(recipe)?.fallback).toEqual([{ kind: 'local', recipe }]);
    const asked = { preset: 'auto', sent, fallback: [{ kind: 'remote', sent }] };
    expect(readAsked(asked)).toEqual(asked);
  });

  it.each([
    undefined,
    null,
    {},
    { preset: 'auto', look: {} },
  ])('is nothing for a run of local: %j', (kept) => {
    expect(readAsked(kept)).toBeUndefined();
  });
});

describe('what is bought', () => {
  const [model] = stabilityModels;
  const asked = (wish: Wish, options = {}) =>
    sentBy({
      ...{ provider: stabilityEdits, model, prompt: 'x', quality: undefined, options, wish },
      ...{ mask: undefined, uploadPixels: undefined },
    } as RemoteRecipe);

  it('is one purchase by whomever it is asked for: as the first provider, or as one that stands in', () => {
    const first: Wish = { operation: 'replace-background', seed: 1, style: 'anime', background: 'a beach' };
    const standsIn: Wish = {
      operation: 'replace-background',
      background: 'a beach',
      seed: 1,
      style: 'anime',
    };
    expect(JSON.stringify(asked(standsIn))).toBe(JSON.stringify(asked(first)));
  });

  it('is another purchase with another wish', () => {
    const one = asked({ operation: 'upscale', scale: 2 });
    expect(one.wish).toEqual({ operation: 'upscale', scale: 2 });
    expect(JSON.stringify(asked({ operation: 'upscale', scale: 4 }))).not.toBe(JSON.stringify(one));
  });

  it('is known by its options in any order', () => {
    const plain: Wish = { operation: 'enhance' };
    expect(JSON.stringify(asked(plain, { b: '1', a: '2' }))).toBe(
      JSON.stringify(asked(plain, { a: '2', b: '1' })),
    );
  });
});
