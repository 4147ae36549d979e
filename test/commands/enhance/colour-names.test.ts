import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backgroundOf } from '../../../src/commands/enhance/background-flag.ts';
import { fakeContext } from '../../helpers/context.ts';
import { tempFolder } from '../../helpers/temp.ts';

const home = await tempFolder();
const context = { ...fakeContext({ home }), cwd: home };

it.each([
  ['red', [255, 0, 0]],
  [' Navy ', [0, 0, 128]],
  ['LIME', [0, 255, 0]],
  ['gray', [128, 128, 128]],
  ['orange', [255, 165, 0]],
  ['#abc', [170, 187, 204]],
] as const)('%s is a colour', async (text, rgb) => {
  expect(await backgroundOf(text, context)).toEqual({ kind: 'colour', rgb });
});

it.each([
  'lightblue',
  'dark-red',
  'offwhite',
  'forestgreen',
  'cream',
  'snow',
  'yelow',
  'purpel',
])('%s is not taken for words', async (text) => {
  await expect(backgroundOf(text, context)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(text),
    hint: expect.stringMatching(/#rrggbb.*phrase/),
  });
});

it.each([
  'beach',
  'blurred',
  'forest',
  'kitchen',
  'constructor',
  'a red wall',
])('%s is words', async (words) => {
  expect(await backgroundOf(words, context)).toEqual({ kind: 'words', words });
});

it('a file called as a colour may be is a picture', async () => {
  writeFileSync(join(home, 'cream'), 'any');
  expect(await backgroundOf('cream', context)).toMatchObject({ kind: 'picture', path: join(home, 'cream') });
});
