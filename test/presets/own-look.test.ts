import { describe, expect, it } from 'vitest';
import { builtInPresets } from '../../src/presets/built-in.ts';
import * as looks from '../../src/presets/looks.ts';
import { mostShare, sharesOf, stepNames, withShares } from '../../src/presets/own-look.ts';
import type { Look } from '../../src/providers/local/look.ts';

const look: Look = {
  exposure: { share: 1, trigger: 0.5 },
  vibrance: { share: 0.8, least: 0.4, trigger: 0.9 },
  sharpen: { share: 0 },
};

describe('a look with shares of its own', () => {
  it.each<[Record<string, number>, Look]>([
    [{}, look],
    [{ vibrance: 0.4 }, { ...look, vibrance: { share: 0.4, least: 0.2, trigger: 0.9 } }],
    [{ exposure: 2 }, { ...look, exposure: { share: 2, trigger: 0.5 } }],
    [{ exposure: 0 }, { vibrance: look.vibrance ?? { share: 1 }, sharpen: { share: 0 } }],
    [{ dehaze: 0 }, look],
    [{ dehaze: 1.5 }, { ...look, dehaze: { share: 1.5 } }],
    [{ sharpen: 1 }, { ...look, sharpen: { share: 1 } }],
  ])('%j', (shares, expected) => {
    expect(withShares(look, shares)).toEqual(expected);
  });

  it('names every step', () => {
    expect(sharesOf(look)).toMatchObject({ exposure: 1, vibrance: 0.8, sharpen: 0, dehaze: 0 });
    expect(Object.keys(sharesOf(look))).toEqual(stepNames);
  });

  it.each(Object.entries(looks))('%s can be written as shares and read again', (_, one) => {
    expect(withShares(one, sharesOf(one))).toEqual(one);
    expect(Object.values(sharesOf(one)).filter((share) => share > mostShare)).toEqual([]);
  });

  it.each(builtInPresets)('$name keeps to shares that may be written', ({ local }) => {
    for (const share of Object.values(sharesOf(local?.look ?? {})))
      expect(share).toBeLessThanOrEqual(mostShare);
  });
});
