import { describe, expect, it } from 'vitest';
import { readAsked } from '../../../src/commands/enhance/sent.ts';
import { autoLook, sharpenLook } from '../../../src/presets/looks.ts';

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
