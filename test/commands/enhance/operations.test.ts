import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EnhanceFlags } from '../../../src/commands/enhance/flags.ts';
import { checkFlags } from '../../../src/commands/enhance/options.ts';
import { type Asked, askedOf, sentBy } from '../../../src/commands/enhance/sent.ts';
import type { RemoteRecipe } from '../../../src/purchases/recipe.ts';
import { fakeContext } from '../../helpers/context.ts';
import { tempFolder } from '../../helpers/temp.ts';

let home: string;

beforeEach(async () => {
  home = await tempFolder();
});

const check = (flags: EnhanceFlags) => checkFlags({ output: 'out', ...flags }, fakeContext({ home }));

async function recipeOf(flags: EnhanceFlags) {
  const { work } = await check({ provider: 'openai', ...flags });
  if (work.kind !== 'remote') throw new Error('not remote');
  return work.recipe;
}

const cutOut = { provider: 'fal', preset: 'remove-background' } as const;
const asThen = async (flags: EnhanceFlags, recipe: RemoteRecipe, preset: string, offline: boolean) => {
  const asked: Asked = JSON.parse(JSON.stringify({ preset, ...askedOf(recipe) }));
  const { work } = await checkFlags({ output: 'out', ...flags }, fakeContext({ home }), { asked, offline });
  if (work.kind !== 'remote') throw new Error('not remote');
  return work.recipe;
};

describe('an operation of a service', () => {
  it('is asked for in the words of its preset, with what is wanted in them', async () => {
    const { wish, prompt, model } = await recipeOf({ preset: 'retouch', remove: 'the red car' });
    expect(wish).toEqual({ operation: 'retouch', thing: 'the red car' });
    expect(prompt).toMatch(/^Remove the red car from this photograph/);
    expect(model.id).toBe('gpt-image-2.5-sunburst');
  });

  it.each<[EnhanceFlags, string, string]>([
    [{ preset: 'upscale' }, 'openai cannot enlarge it two or four times (upscale)', 'local (free)'],
    [{ preset: 'fill' }, 'fill needs a mask', '--mask FILE'],
    [{ provider: 'gemini', preset: 'fill', mask: 'm.png' }, 'gemini cannot paint within a mask', 'openai ('],
    [{ provider: 'gemini', mask: 'm.png' }, 'takes no mask', 'openai ('],
    [{ provider: 'gemini', preset: 'retouch', remove: 'x', seed: '1' }, 'takes no --seed', 'leave --seed'],
    [{ provider: 'openai,gemini' }, 'one provider a run, not 2', '--provider openai --fallback gemini'],
    [{ fallback: 'gemini', mask: 'mask.png' }, 'takes no mask', 'openai ('],
    [{ fallback: 'local', mask: 'mask.png' }, '--fallback local takes no mask', 'leave out one'],
    [{ fallback: 'local', preset: 'retouch', remove: 'x' }, '--fallback local cannot do', 'leave it out'],
    [{ background: 'white' }, 'background white is not known to', 'auto, opaque, transparent; for another'],
    [{ mask: '' }, '--mask is empty', 'variable'],
    [{ provider: 'replicate', option: ['num_outputs=4'] }, 'more than one picture', 'all would be charged'],
    [{ provider: 'fal', option: ['num_images=01e1'] }, 'num_images', '1'],
    [{ provider: 'fal', preset: 'denoise', option: ['num_images=2'] }, 'more than one picture', 'leave it'],
    [{ mask: 'empty' }, 'has no files', 'a mask for each picture'],
    [{ provider: 'gemini', quality: 'high' }, '--quality high is not known to gemini', '1K, 2K, 4K'],
  ])('%j is refused before anything is sent', async (flags, message, hint) => {
    writeFileSync(join(home, 'mask.png'), 'x');
    mkdirSync(join(home, 'empty'));
    const error = await recipeOf(flags).then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
    expect(error.hint).toContain(hint);
  });

  const clear = { provider: 'openai', background: 'transparent' };
  it.each<[EnhanceFlags, string, string]>([
    [{ ...clear, inPlace: true }, '--background transparent', 'a folder with -o'],
    [{ ...cutOut, inPlace: true }, '-p remove-background', 'a folder with -o'],
    [{ ...clear, output: 'out', format: 'jpeg' }, '--background transparent', '--format png'],
    [{ ...cutOut, output: 'out', format: 'jpeg' }, '-p remove-background', '--format png'],
  ])('leaves no file a format that cannot hold it, or is not of its name: %j', async (flags, asked, hint) => {
    await expect(checkFlags(flags, fakeContext({ home }))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`JPEG has no transparency for ${asked}`),
      hint: expect.stringContaining(hint),
    });
  });

  it('is the same however a number is written', async () => {
    const flags = { provider: 'replicate', preset: 'upscale', creative: true };
    const by = async (value: string) =>
      (await recipeOf({ ...flags, option: [`creativity=${value}`] })).options;
    expect(await by('0.30')).toEqual(await by(' .3'));
    expect(await by('0.3')).toEqual({ creativity: '0.3' });
  });

  it('takes masks that are links, and makes again what one leads to anew', async () => {
    mkdirSync(join(home, 'masks'));
    writeFileSync(join(home, 'target.png'), 'x');
    symlinkSync(join(home, 'target.png'), join(home, 'masks', 'a.png'));
    symlinkSync(join(home, 'nowhere.png'), join(home, 'masks', 'b.png'));
    const key = async () =>
      (await check({ provider: 'openai', preset: 'fill', mask: 'masks' })).batch.recipeKey;
    const before = await key();
    expect(await key()).toBe(before);
    writeFileSync(join(home, 'target.png'), 'longer');
    expect(await key()).not.toBe(before);
  });

  it('is asked of those that stand in, too, each in its own words', async () => {
    const recipe = await recipeOf({
      preset: 'retouch',
      remove: 'the dog',
      fallback: 'gemini',
      quality: 'low',
    });
    const [next] = recipe.fallback;
    if (next?.kind !== 'remote') throw new Error('no fallback');
    expect(next.recipe).toMatchObject({
      wish: { operation: 'retouch', thing: 'the dog' },
      prompt: expect.stringMatching(/^Remove the dog/),
      quality: '2K',
    });
  });

  it('hands seed, style and what is not to be seen on to those that take them, and says where it does not', async () => {
    const context = fakeContext({ home });
    const flags: EnhanceFlags = {
      ...{ output: 'out', provider: 'stability', preset: 'relight', seed: '7', negative: 'people' },
      fallback: 'replicate:black-forest-labs/flux-kontext-pro,fal',
    };
    const { work } = await checkFlags(flags, context);
    if (work.kind !== 'remote') throw new Error('not remote');
    expect(work.recipe.fallback).toMatchObject([
      { recipe: { wish: { operation: 'relight', seed: 7 } } },
      { recipe: { wish: { operation: 'relight' } } },
    ]);
    expect(work.recipe.fallback[0]).not.toHaveProperty('recipe.wish.negative');
    expect(context.stderrText()).toContain(
      'warning: --fallback: black-forest-labs/flux-kontext-pro takes no --negative, so that it is left out there',
    );
    expect(context.stderrText()).not.toContain('kontext-pro takes no --seed');
  });

  it('takes a folder of masks, and makes again what another mask was for', async () => {
    mkdirSync(join(home, 'masks', 'sub'), { recursive: true });
    writeFileSync(join(home, 'masks', 'sub', 'a.png'), 'x');
    const flags = { provider: 'openai', preset: 'fill', mask: 'masks' };
    expect((await recipeOf(flags)).mask).toEqual({ kind: 'folder', path: join(home, 'masks') });
    const before = (await check(flags)).batch;
    expect((await check(flags)).batch.recipeKey).toBe(before.recipeKey);
    writeFileSync(join(home, 'masks', 'sub', 'a.png'), 'longer');
    expect((await check(flags)).batch.recipeKey).not.toBe(before.recipeKey);
    expect((await check(flags)).batch.jobKey('s')).toBe(before.jobKey('s'));
  });

  it.each<[EnhanceFlags, string, string]>([
    [{ provider: 'fal' }, 'fal-ai/nano-banana-2/edit', '1K'],
    [{ provider: 'replicate' }, 'google/nano-banana-2', '1K'],
    [{ provider: 'gemini', model: 'gemini-3-pro-image' }, 'gemini-3-pro-image', '1K'],
    [{ provider: 'fal', quality: '4K' }, 'fal-ai/nano-banana-2/edit', '4K'],
    [{ provider: 'openai' }, 'gpt-image-2.5-flare', 'low'],
  ])('takes the cheapest class for a draft: %j', async (flags, id, quality) => {
    const recipe = await recipeOf({ ...flags, preset: 'draft' });
    expect([recipe.model.id, recipe.quality]).toEqual([id, quality]);
  });

  it('takes the one quality that a model has', async () => {
    const { model, quality } = await recipeOf({ provider: 'gemini', preset: 'draft' });
    expect([model.id, quality]).toEqual(['gemini-3.1-flash-lite-image', '1K']);
  });

  it('is part of what is bought, but for a plain enhancement', async () => {
    const sent = async (flags: EnhanceFlags) => sentBy(await recipeOf(flags));
    expect(await sent({})).not.toHaveProperty('wish');
    expect((await sent({ preset: 'denoise' })).wish).toEqual({ operation: 'denoise' });
    const [one, two] = [
      await sent({ preset: 'retouch', remove: 'a' }),
      await sent({ preset: 'retouch', remove: 'b' }),
    ];
    expect(one).not.toEqual(two);
  });

  it('is asked for as then by later commands', async () => {
    const recipe = await recipeOf({ preset: 'retouch', remove: 'the dog', fallback: 'gemini' });
    const asked = { preset: 'retouch', ...askedOf(recipe) };
    const { work } = await checkFlags(
      { output: 'out', provider: 'openai', preset: 'retouch' },
      fakeContext({ home }),
      {
        ...{ asked: JSON.parse(JSON.stringify(asked)), offline: true },
      },
    );
    if (work.kind !== 'remote') throw new Error('not remote');
    expect(sentBy(work.recipe)).toEqual(sentBy(recipe));
    expect(askedOf(work.recipe)).toEqual(askedOf(recipe));
  });
});

describe('what a later command goes on with', () => {
  const replaced = { provider: 'fal', preset: 'replace-background' } as const;

  it.each([true, false])('is the colour, edges and masks of then (offline: %j)', async (offline) => {
    const white = await recipeOf({ ...replaced, background: 'white' });
    const again = await asThen(replaced, white, 'replace-background', offline);
    expect(again.background).toEqual({ kind: 'colour', rgb: [255, 255, 255] });
    expect(again.wish).toEqual({ operation: 'remove-background' });
    const wide = await recipeOf({ provider: 'fal', preset: 'expand', expand: '16:9' });
    expect(wide.edges).toBeDefined();
    expect((await asThen({ provider: 'fal' }, wide, 'expand', offline)).edges).toEqual(wide.edges);
    mkdirSync(join(home, 'masks'));
    writeFileSync(join(home, 'masks', 'a.png'), 'x');
    const filled = await recipeOf({ preset: 'fill', mask: 'masks' });
    expect(filled.mask).toMatchObject({ kind: 'folder' });
    expect((await asThen({ provider: 'openai' }, filled, 'fill', offline)).mask).toEqual(filled.mask);
  });

  it.each([true, false])('is the picture behind it of then, or nothing (offline: %j)', async (offline) => {
    const path = join(home, 'beach.jpg');
    writeFileSync(path, 'a beach');
    const recipe = await recipeOf({ ...replaced, background: 'beach.jpg' });
    const { background } = await asThen(replaced, recipe, 'replace-background', offline);
    expect(background).toEqual({ kind: 'picture', path, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(background).toEqual(recipe.background);
    writeFileSync(path, 'another');
    await expect(asThen(replaced, recipe, 'replace-background', offline)).rejects.toMatchObject({
      ...{ exitCode: 2, message: expect.stringContaining('is not the file any more') },
    });
  });
});

describe('an operation of this processor', () => {
  it('enlarges and expands', async () => {
    expect((await check({ preset: 'upscale', size: '4x' })).work).toMatchObject({ recipe: { scale: 4 } });
    expect((await check({ preset: 'expand', expand: '16:9' })).work).toMatchObject({
      recipe: { scale: 1, expand: { kind: 'ratio', width: 16, height: 9 } },
    });
    await expect(check({ preset: 'expand' })).rejects.toMatchObject({ exitCode: 2 });
    await expect(check({ expand: '16:9' })).rejects.toMatchObject({
      hint: expect.stringContaining('-p expand'),
    });
    await expect(check({ preset: 'retouch' })).rejects.toMatchObject({ exitCode: 2 });
    await expect(check({ creative: true, preset: 'upscale' })).rejects.toMatchObject({ exitCode: 2 });
  });

  it('enlarges as much where it stands in', async () => {
    const { fallback } = await recipeOf({
      ...{ provider: 'openai-compatible', preset: 'auto', fallback: 'local' },
    });
    expect(fallback).toMatchObject([{ kind: 'local', recipe: { scale: 1 } }]);
  });
});
