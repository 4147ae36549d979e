import { describe, expect, it } from 'vitest';
import { createFilter } from '../../src/sources/filter.ts';
import { places } from './collect.ts';
import { tree } from './tree.ts';

describe('patterns', () => {
  it.each<[string, string, boolean]>([
    ['*.jpg', 'a.jpg', true],
    ['*.jpg', 'r/s/A.JPG', true],
    ['*.jpg', 'a.jpeg', false],
    ['*.{jpg,png}', 'r/a.png', true],
    ['bath*', 'r/bath-2.jpg', true],
    ['rooms/*.jpg', 'rooms/a.jpg', true],
    ['rooms/*.jpg', 'rooms/s/a.jpg', false],
    ['rooms/*.jpg', 'x/rooms/a.jpg', false],
    ['**/rooms/*.jpg', 'x/rooms/a.jpg', true],
    ['**/rooms/*.jpg', 'rooms/a.jpg', true],
    ['rooms/**', 'rooms/s/a.jpg', true],
    ['/a.jpg', 'a.jpg', true],
    ['/a.jpg', 'r/a.jpg', false],
    ['./a.jpg', 'a.jpg', true],
    ['thumbs/', 'x/thumbs/a.jpg', true],
    ['thumbs/', 'thumbs/s/a.jpg', true],
    ['thumbs/', 'thumbs', false],
    ['/thumbs/', 'x/thumbs/a.jpg', false],
    ['*.png', '.hidden.png', true],
    ['*.png', 'new\nline.png', true],
    ['**/*.png', 'new\nfolder/x\n.png', true],
    ['*.png', 'back\\slash.png', true],
    ['caf\u00e9*', 'cafe\u0301-nfd.png', true],
    ['!a.jpg', '!a.jpg', true],
    ['!a.jpg', 'b.jpg', false],
    ['a (1).jpg', 'a (1).jpg', true],
    ['a+(b).jpg', 'abb.jpg', false],
    ['[!a].jpg', 'b.jpg', true],
    ['[!a].jpg', 'a.jpg', false],
    ['a[.jpg', 'a[.jpg', true],
    ['#*', '#hash.png', true],
  ])('%s and %j: %s', (pattern, path, wanted) => {
    expect(createFilter([pattern], []).wantsFile(path)).toBe(wanted);
    expect(createFilter([], [pattern]).wantsFile(path)).toBe(!wanted);
  });

  it('an exclusion wins over an inclusion', () => {
    const filter = createFilter(['*.jpg', '*.png'], ['bath*']);
    expect(['a.jpg', 'a.png', 'a.tif', 'bath.jpg'].filter(filter.wantsFile)).toEqual(['a.jpg', 'a.png']);
  });
});

describe('a walk', () => {
  const paths = ['a.jpg', 'b.png', 'rooms/c.jpg', 'rooms/thumbs/d.jpg', 'thumbs/e.jpg'];

  it.each<[string[], string[], string[]]>([
    [['*.jpg'], [], ['a.jpg', 'rooms/c.jpg', 'rooms/thumbs/d.jpg', 'thumbs/e.jpg']],
    [[], ['thumbs'], ['a.jpg', 'b.png', 'rooms/c.jpg']],
    [[], ['/thumbs'], ['a.jpg', 'b.png', 'rooms/c.jpg', 'rooms/thumbs/d.jpg']],
    [[], ['rooms/**'], ['a.jpg', 'b.png', 'thumbs/e.jpg']],
    [['thumbs/'], [], ['rooms/thumbs/d.jpg', 'thumbs/e.jpg']],
    [['rooms/**'], ['thumbs/'], ['rooms/c.jpg']],
  ])('including %j, excluding %j', async (include, exclude, expected) => {
    const root = await tree(...paths);
    expect(await places(['.'], root, { include, exclude })).toEqual(expected);
  });

  it('compares with the path below the folder that was named', async () => {
    const root = await tree(...paths);
    expect(await places(['rooms', 'thumbs'], root, { include: ['thumbs/*.jpg'] })).toEqual([
      'rooms/thumbs/d.jpg',
    ]);
  });
});
