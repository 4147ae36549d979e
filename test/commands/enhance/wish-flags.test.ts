import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EnhanceFlags } from '../../../src/commands/enhance/flags.ts';
import { filledIn, wantedBy, wishFlags } from '../../../src/commands/enhance/wish-flags.ts';
import type { OperationName } from '../../../src/operations.ts';
import { fakeContext } from '../../helpers/context.ts';
import { tempFolder } from '../../helpers/temp.ts';

let home: string;

beforeEach(async () => {
  home = await tempFolder();
});

const wanted = (operation: OperationName, flags: EnhanceFlags = {}) =>
  wantedBy(flags, operation, fakeContext({ home }));
const px = (left: number, right = left, top = left, bottom = top) => ({
  ...{ kind: 'edges', left: { px: left }, right: { px: right }, top: { px: top }, bottom: { px: bottom } },
});

describe('a wish', () => {
  it.each<[OperationName, EnhanceFlags, object]>([
    ['enhance', {}, {}],
    ['enhance', { size: 'keep', mask: 'm.png', background: 'transparent' }, {}],
    ['upscale', {}, { scale: 2 }],
    ['upscale', { size: '4x', creative: true }, { scale: 4, creative: true }],
    ['retouch', { remove: ' the red car ' }, { thing: 'the red car' }],
    ['retouch', { mask: 'm.png' }, {}],
    ['fill', { mask: 'm.png', seed: '0', style: 'photographic' }, { seed: 0, style: 'photographic' }],
    ['relight', { seed: '4294967294', negative: 'people' }, { seed: 4_294_967_294, negative: 'people' }],
    ['replace-background', { background: 'a beach at dawn' }, { background: 'a beach at dawn' }],
  ])('%s with %j', async (operation, flags, wish) => {
    expect(await wanted(operation, flags)).toEqual({ wish: { operation, ...wish } });
  });

  it.each<[OperationName, EnhanceFlags, string, string]>([
    ['fill', {}, 'fill needs a mask', '--mask FILE'],
    ['retouch', {}, 'retouch needs a mask or a name', '--remove "the red car"'],
    ['replace-background', {}, 'replace-background needs a background', '--background white'],
    ['expand', {}, 'expand needs to know how far', '--expand 20%'],
    ['enhance', { creative: true }, '--creative goes with the preset upscale', '-p upscale'],
    ['enhance', { expand: '20%' }, '--expand goes with the preset expand', '-p expand'],
    ['fill', { mask: 'm', remove: 'x' }, '--remove goes with the preset retouch', '-p retouch'],
    ['enhance', { size: '2x' }, '--size 2x goes with the preset upscale', '-p upscale'],
    ['upscale', { size: '3x' }, '--size 3x is not what a picture is enlarged by', '2x or 4x'],
    ['upscale', { size: 'keep' }, '--size keep is not what a picture is enlarged by', '2x or 4x'],
    ['remove-background', { background: 'white' }, '--background goes with', '-p replace-background'],
    ['replace-background', { background: 'transparent' }, 'nothing to put behind', '-p remove-background'],
    ['replace-background', { background: '#12345' }, 'is not a colour', '#ffffff'],
    ['replace-background', { background: 'gone.jpg' }, '--background gone.jpg: ', 'a picture, a colour'],
    ['replace-background', { background: 'a\nb' }, 'control characters', 'one line'],
    ['replace-background', { background: '  ' }, '--background is empty', 'variable'],
    ['retouch', { remove: '' }, '--remove is empty', 'variable'],
    ['retouch', { remove: 'x'.repeat(1001) }, 'more than 1000 characters', 'shorter'],
    ['enhance', { seed: '-1' }, '--seed -1 is not a whole number', ''],
    ['enhance', { seed: '4294967295' }, 'more than 4294967294', ''],
    ['enhance', { negative: 'a\u001b[31m' }, '--negative holds control characters', ''],
  ])('%s with %j is refused', async (operation, flags, message, hint) => {
    const error = await wanted(operation, flags).then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
    expect(error.hint ?? '').toContain(hint);
  });

  it('holds for whoever stands in, but for options of one service', () => {
    const flags = { mask: 'm', prompt: 'p', background: 'white', seed: '1', quality: 'high', key: ['a'] };
    expect(wishFlags(flags, 'enhance')).toEqual({ mask: 'm', prompt: 'p' });
    expect(wishFlags(flags, 'replace-background')).toEqual({ mask: 'm', prompt: 'p', background: 'white' });
  });

  it('is filled into the words', () => {
    expect(filledIn('Remove {thing}.', { operation: 'retouch', thing: "$& 'x'" })).toBe("Remove $& 'x'.");
    expect(filledIn('Remove {thing}.', { operation: 'retouch' })).toBe('Remove what the mask marks.');
    expect(filledIn('By {background}.', { operation: 'replace-background', background: 'sea' })).toBe(
      'By sea.',
    );
  });
});

describe('a background that is put behind a cut-out', () => {
  it.each([
    ['#ff8000', [255, 128, 0]],
    ['#F80', [255, 136, 0]],
    ['white', [255, 255, 255]],
    ['Black', [0, 0, 0]],
  ])('%s is a colour, which is not bought', async (background, rgb) => {
    expect(await wanted('replace-background', { background })).toEqual({
      wish: { operation: 'remove-background' },
      background: { kind: 'colour', rgb },
    });
  });

  it.each(['room.jpg', 'backdrop'])('%s is a picture when there is such a file', async (name) => {
    writeFileSync(join(home, name), 'abc');
    expect(await wanted('replace-background', { background: name })).toEqual({
      wish: { operation: 'remove-background' },
      background: {
        kind: 'picture',
        path: join(home, name),
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
    });
  });
});

describe('--expand', () => {
  it.each([
    ['200', px(200)],
    ['200px', px(200)],
    ['left=200', px(200, 0, 0)],
    [' left=200 , right=10% ', { ...px(200, 0, 0), right: { percent: 10 } }],
    [
      '12.5%',
      {
        ...{ kind: 'edges', left: { percent: 12.5 }, right: { percent: 12.5 } },
        ...{ top: { percent: 12.5 }, bottom: { percent: 12.5 } },
      },
    ],
    ['16:9', { kind: 'ratio', width: 16, height: 9 }],
  ])('%s', async (expand, edges) => {
    expect(await wanted('expand', { expand })).toEqual({ wish: { operation: 'expand' }, edges });
  });

  it.each([
    ['', 'not understood'],
    ['-5', 'not understood'],
    ['1.5', 'not understood'],
    ['x', 'not understood'],
    ['0', 'adds nothing'],
    ['left=0,top=0%', 'adds nothing'],
    ['left=1,left=2', 'names left twice'],
    ['up=20', 'not understood'],
    ['left=1=2', 'not understood'],
    ['0:9', 'not understood'],
    ['401%', 'more than 400 %'],
    ['30001', 'more than 30000 pixels'],
  ])('%j is refused', async (expand, message) => {
    await expect(wanted('expand', { expand })).rejects.toMatchObject({
      ...{ exitCode: 2, message: expect.stringContaining(message), hint: expect.stringContaining('16:9') },
    });
  });
});
