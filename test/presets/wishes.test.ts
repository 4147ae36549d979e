import { describe, expect, it } from 'vitest';
import { builtInPresets } from '../../src/presets/built-in.ts';
import { isPresetName } from '../../src/presets/fields.ts';
import { notAPreset, notByLocal, wishes, wishNamed } from '../../src/presets/wishes.ts';
import { enhanceProviders } from '../../src/providers/enhance-providers.ts';

const doneByLocal = builtInPresets.filter(({ local }) => local).map(({ name }) => name);

describe('what local cannot do', () => {
  it('has each name once, none of them a preset of local', () => {
    const names = wishes.flatMap((wish) => wish.names);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !isPresetName(name) || doneByLocal.includes(name))).toEqual([]);
  });

  it.each([
    ['deblur', 'remove blur'],
    ['Motion_Deblur', 'remove blur'],
    ['face-restore', 'restore faces'],
    ['inpaint', 'fill in'],
    ['remove object', 'remove things'],
    ['retouch', 'remove things'],
    ['background-remove', 'remove a background'],
    ['cutout', 'remove a background'],
    ['replace-background', 'replace a background'],
    ['colorize', 'colourise'],
    ['colourise', 'colourise'],
    ['outpaint', 'paint beyond the edges'],
    ['relight', 'light a scene anew'],
    ['restore', 'restore old prints'],
    ['sky-replace', 'replace a sky'],
  ])('%j is refused in words of its own', (name, words) => {
    expect(wishNamed(name)?.cannot).toContain(words);
  });

  it.each(['auto', 'zebra', '', '__proto__'])('%j is no such name', (name) => {
    expect(wishNamed(name)).toBeUndefined();
  });

  it.each(wishes)('$cannot: names the providers that can, and only those', (wish) => {
    const able = enhanceProviders.filter(({ modelFor }) => modelFor[wish.takes] !== undefined);
    const error = notByLocal(wish, enhanceProviders);
    expect(error).toMatchObject({ exitCode: 2, message: `local cannot ${wish.cannot}` });
    for (const { id } of enhanceProviders) {
      const isNamed = new RegExp(`--provider ${id}(?![-\\w])`).test(error.hint ?? '');
      expect(isNamed, id).toBe(able.some((one) => one.id === id));
    }
    if (able.length === 0) expect(error.hint).toBe('no provider of this version can');
    else expect(error.hint).toContain(wish.flags);
  });

  it('is asked of presets that there are', () => {
    for (const { flags } of wishes) {
      const named = / ?-p ([a-z-]+)/.exec(flags)?.[1];
      if (named === undefined) continue;
      expect(builtInPresets.find(({ name }) => name === named)?.generative, named).toBeDefined();
    }
  });

  it('is put to another provider in the words that it takes', () => {
    const [openai, compatible] = ['openai', 'openai-compatible'].map((name) =>
      enhanceProviders.find(({ id }) => id === name),
    );
    const [blur, background] = [wishNamed('deblur'), wishNamed('cutout')];
    if (!openai || !compatible || !blur || !background) throw new Error('missing');
    expect(notAPreset('deblur', blur, openai, enhanceProviders)).toMatchObject({
      exitCode: 2,
      message: 'there is no preset deblur',
      hint: 'ask openai for it with -p sharpen in place of -p deblur',
    });
    expect(notAPreset('cutout', background, compatible, enhanceProviders).hint).toMatch(
      /^openai-compatible cannot do it; an AI model can, leaving the pixels.*--provider stability \(or .*\) -p remove-background$/,
    );
  });
});
