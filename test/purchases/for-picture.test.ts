import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageFacts } from '../../src/images/facts.ts';
import type { EditModel } from '../../src/providers/model.ts';
import { openaiEdits } from '../../src/providers/openai/openai-edits.ts';
import { askFor, givesAlpha } from '../../src/purchases/for-picture.ts';
import type { RemoteRecipe } from '../../src/purchases/recipe.ts';
import { tempFolder } from '../helpers/temp.ts';
import { refusal } from '../images/pictures.ts';

const model = {
  ...(openaiEdits.models[0] as EditModel),
  ...{ id: 'one', scales: [4], sizes: { kind: 'any', maxPixels: 1_000_000, maxRatio: 2.5 } },
} as const;
const facts: ImageFacts = {
  ...{ format: 'jpeg', width: 2000, height: 1500, pages: 1, animated: false, orientation: 1, space: 'rgb' },
  ...{ depth: 8, alpha: false, profile: undefined, gainMap: false },
};
const recipe = (parts: Partial<RemoteRecipe>) =>
  ({
    provider: openaiEdits,
    model,
    prompt: '',
    options: {},
    mask: undefined,
    uploadPixels: undefined,
    ...parts,
  }) as RemoteRecipe;
const ask = (parts: Partial<RemoteRecipe>, source: Partial<ImageFacts> = {}, maxPixels = 100e6) =>
  askFor(
    recipe(parts),
    { facts: { ...facts, ...source }, target: 'jpeg', relative: 'a/b.jpg' },
    { maxPixels },
  );
const mask = { kind: 'file', path: '/m.png', sha256: 'ab' } as const;
const keepOutside = { path: '/m.png', sha256: 'ab' };
const colour = { kind: 'colour', rgb: [1, 2, 3] } as const;

describe('askFor', () => {
  it.each([
    [{ wish: { operation: 'enhance' } }, { scale: 1, alpha: 'source', colours: 'answer' }],
    [{ wish: { operation: 'upscale', scale: 4 } }, { scale: 4, alpha: 'source', colours: 'answer' }],
    [{ wish: { operation: 'remove-background' } }, { scale: 1, alpha: 'answer', colours: 'source' }],
    [
      { wish: { operation: 'remove-background' }, background: colour },
      { scale: 1, alpha: 'answer', colours: 'source', background: colour },
    ],
    [
      { wish: { operation: 'replace-background', background: 'a beach' } },
      { scale: 1, alpha: 'opaque', colours: 'answer' },
    ],
    [
      { wish: { operation: 'enhance' }, options: { background: 'transparent' } },
      { scale: 1, alpha: 'answer', colours: 'answer' },
    ],
    [
      { wish: { operation: 'fill' }, mask },
      { scale: 1, alpha: 'source', colours: 'answer', keepOutside },
    ],
    [
      { wish: { operation: 'retouch' }, mask },
      { scale: 1, alpha: 'source', colours: 'answer', keepOutside },
    ],
    [{ wish: { operation: 'retouch', thing: 'the car' } }, { scale: 1, alpha: 'source', colours: 'answer' }],
  ] as const)('%j', async (parts, shape) => {
    const asked = await ask(parts, { width: 1000, height: 900 });
    expect(asked?.shape).toEqual(shape);
    expect(givesAlpha(recipe(parts))).toBe(shape.alpha === 'answer' && !('background' in shape));
  });

  it('sends edges in pixels of what is sent, and has them in pixels of the source', async () => {
    const none = { px: 0 };
    const edges = {
      kind: 'edges',
      left: { px: 101 },
      right: none,
      top: { percent: 10 },
      bottom: none,
    } as const;
    const asked = await ask({ wish: { operation: 'expand' }, edges });
    expect(asked?.shape.edges).toEqual({ left: 101, right: 0, top: 150, bottom: 0 });
    expect(asked?.fit).toMatchObject({ width: 1154, height: 866 });
    expect(asked?.recipe.wish).toEqual({
      operation: 'expand',
      edges: {
        left: Math.ceil((101 * 1154) / 2000),
        right: 0,
        top: Math.ceil((150 * 866) / 1500),
        bottom: 0,
      },
    });
  });

  it('has nothing to do where no edge is missing, and no way where padding would lie between', async () => {
    const wish = { operation: 'expand' } as const;
    expect(await ask({ wish, edges: { kind: 'ratio', width: 4, height: 3 } })).toBeUndefined();
    const long = ask({ wish, edges: { kind: 'ratio', width: 1, height: 1 } }, { height: 500 });
    expect((await refusal(long)).reason).toBe('wrong-shape');
  });

  it.each([
    [
      'more pixels than are allowed',
      { scale: 4 },
      { width: 900, height: 900 },
      12e6,
      'too-many-pixels',
      /3600 x 3600 = 13 million pixels, the limit is 12 million/,
    ],
    [
      'sides that the format does not have',
      { scale: 4 },
      { width: 17_000, height: 50 },
      1e9,
      'unsupported-format',
      /68000 x 200/,
    ],
    [
      'less detail than the source',
      { scale: 2 },
      { width: 6000, height: 4000 },
      1e9,
      'too-large',
      /detail would be lost/,
    ],
  ] as const)('refuses a result of %s before it is sent', async (_, {
    scale,
  }, source, maxPixels, reason, message) => {
    const error = await refusal(ask({ wish: { operation: 'upscale', scale } }, source, maxPixels));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(message);
    expect(error.hint).toBeDefined();
  });

  it('finds the mask of the picture, by whose bytes it is bought', async () => {
    const path = await tempFolder();
    const folder = { kind: 'folder', path } as const;
    const wish = { operation: 'fill' } as const;
    expect((await refusal(ask({ wish, mask: folder }))).reason).toBe('mask-missing');
    await mkdir(join(path, 'a'));
    await writeFile(join(path, 'a', 'b.webp'), 'mask');
    const found = await ask({ wish, mask: folder });
    const { kind, ...file } = found?.recipe.mask as Extract<RemoteRecipe['mask'], { kind: 'file' }>;
    expect([kind, file]).toEqual(['file', found?.shape.keepOutside]);
    expect(file).toMatchObject({
      path: join(path, 'a', 'b.webp'),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});
