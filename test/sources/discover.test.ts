import { link, mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discover } from '../../src/sources/discover.ts';
import { everything, find, findListed, places } from './collect.ts';
import { tree } from './tree.ts';

describe('relative, the place below the output folder', () => {
  it.each<[string[], string[]]>([
    [['photos'], ['cover.jpg', 'rooms/bath.jpg']],
    [['photos/'], ['cover.jpg', 'rooms/bath.jpg']],
    [['./photos/rooms/..'], ['cover.jpg', 'rooms/bath.jpg']],
    [
      ['photos', 'more'],
      ['photos/cover.jpg', 'photos/rooms/bath.jpg', 'more/x.jpg'],
    ],
    [
      ['photos/rooms', 'more/x.jpg'],
      ['rooms/bath.jpg', 'x.jpg'],
    ],
    [['photos/rooms/bath.jpg'], ['bath.jpg']],
    [
      ['photos', 'photos/', './photos'],
      ['cover.jpg', 'rooms/bath.jpg'],
    ],
    [['photos/rooms/bath.jpg', 'photos/rooms/bath.jpg'], ['bath.jpg']],
    [['photos/**/*.jpg'], ['cover.jpg', 'rooms/bath.jpg']],
    [
      ['photos/*/*.jpg', 'more/*'],
      ['rooms/bath.jpg', 'x.jpg'],
    ],
    [['photos/rooms/*.jpg'], ['bath.jpg']],
    [['*/x.jpg'], ['more/x.jpg']],
    [['./more/../photos/r*/*'], ['rooms/bath.jpg']],
    [['.'], ['more/x.jpg', 'photos/cover.jpg', 'photos/rooms/bath.jpg']],
  ])('%j', async (inputs, expected) => {
    const root = await tree('photos/cover.jpg', 'photos/rooms/bath.jpg', 'more/x.jpg');
    expect(await places(inputs, root)).toEqual(expected);
  });

  it("takes the real name of '.' and '..' where there are several inputs", async () => {
    const root = await tree('a/x.jpg', 'b/c/y.jpg');
    expect(await places(['.', '../../a'], join(root, 'b/c'))).toEqual(['c/y.jpg', 'a/x.jpg']);
    expect(await places(['..', 'c/y.jpg'], join(root, 'b/c'))).toEqual(['b/c/y.jpg']);
    expect(basename(await realpath(root))).not.toBe('');
  });

  it('takes absolute inputs', async () => {
    const root = await tree('photos/rooms/bath.jpg');
    expect(await places([join(root, 'photos')], '/')).toEqual(['rooms/bath.jpg']);
    expect(await places([`${root}/photos/*/b*.jpg`], '/')).toEqual(['rooms/bath.jpg']);
  });
});

describe('what a source tells', () => {
  it('path, size, time, inode, how it was named', async () => {
    const root = await tree('photos/rooms/bath.jpg');
    const [walked] = (await find(['photos'], root)).sources;
    const [named] = (await find(['photos/rooms/bath.jpg'], root)).sources;
    const [picked] = (await find(['photos/**/*.jpg'], root)).sources;
    expect(walked).toMatchObject({
      path: join(root, 'photos/rooms/bath.jpg'),
      shown: 'photos/rooms/bath.jpg',
      named: false,
      size: 21,
    });
    expect(named).toEqual({ ...walked, named: true, relative: 'bath.jpg' });
    expect(picked).toEqual(walked);
    expect(typeof walked?.mtimeNs).toBe('bigint');
    expect(walked?.inode).toBeGreaterThan(0n);
    expect((await find(['.'], join(root, 'photos'))).sources[0]?.shown).toBe('rooms/bath.jpg');
  });

  it('finds both names of a hard link', async () => {
    const root = await tree('a.jpg');
    await link(join(root, 'a.jpg'), join(root, 'b.jpg'));
    const { sources } = await find(['.'], root);
    expect(sources.map(({ relative }) => relative)).toEqual(['a.jpg', 'b.jpg']);
    expect(sources[0]?.inode).toBe(sources[1]?.inode);
  });
});

describe('globs', () => {
  it('are paths where they exist literally', async () => {
    const root = await tree(
      '[bracket].png',
      'b.png',
      'star*?.png',
      'star1x.png',
      '{a,b}/x.png',
      'photos (1)/x.png',
    );
    expect(await places(['[bracket].png'], root)).toEqual(['[bracket].png']);
    expect(await places(['star*?.png'], root)).toEqual(['star*?.png']);
    expect(await places(['{a,b}'], root)).toEqual(['x.png']);
    expect(await places(['{a,b}/*.png'], root)).toEqual(['x.png']);
    expect(await places(['photos (1)/*.png'], root)).toEqual(['x.png']);
    expect(await places(['[b].png'], root)).toEqual(['b.png']);
  });

  it.each<[string, string[]]>([
    ['*.jpg', ['a.jpg']],
    ['**/*.jpg', ['a.jpg', 'r/b.jpg', 'r/s/c.jpg']],
    ['r/*', ['b.jpg', 's/c.jpg']],
    ['r/**', ['b.jpg', 's/c.jpg']],
    ['*/', ['r/b.jpg', 'r/s/c.jpg', 'x.d/e.png']],
    ['?.jpg', ['a.jpg']],
    ['**/[!ab].jpg', ['r/s/c.jpg']],
    ['{r/s,x.d}/*', ['r/s/c.jpg', 'x.d/e.png']],
    ['**/.t/*.jpg', ['.t/h.jpg']],
    ['.t/*', ['h.jpg']],
    ['.*/*.jpg', ['.t/h.jpg']],
    ['\\*.txt', ['*.txt']],
  ])('%s', async (glob, expected) => {
    const root = await tree('a.jpg', 'r/b.jpg', 'r/s/c.jpg', 'x.d/e.png', '.t/h.jpg', '*.txt', 'q.txt');
    expect(await places([glob], root)).toEqual(expected);
  });

  it('without a match are a problem, also below a missing folder', async () => {
    const root = await tree('a.jpg', 'sub/b.jpg');
    for (const glob of ['*.png', 'none/**/*.jpg', 'a.jpg/*', 'x?.jpg']) {
      const { sources, problems } = await find([glob], root);
      expect(sources).toEqual([]);
      expect(problems).toEqual([
        expect.objectContaining({
          shown: glob,
          reason: 'not-found',
          failed: true,
          message: expect.stringMatching(/pattern/),
        }),
      ]);
    }
  });

  it('of which all is filtered out are no problem', async () => {
    const root = await tree('a.jpg');
    expect(await find(['*.jpg'], root, { exclude: ['a*'] })).toEqual({ sources: [], problems: [] });
  });
});

describe('links', () => {
  it('to files are followed; loops, dangling links and links to folders are named', async () => {
    const root = await tree('t/plain.png', 't/sub/x.png');
    const links = {
      'a.png': 'plain.png',
      'loop-a': 'loop-b',
      'loop-b': 'loop-a',
      self: '.',
      up: '..',
      gone: 'nowhere',
      zero: '/dev/zero',
    };
    for (const [name, target] of Object.entries(links)) await symlink(target, join(root, 't', name));
    const { sources, problems } = await find(['t'], root);
    expect(sources.map(({ relative }) => relative)).toEqual(['a.png', 'plain.png', 'sub/x.png']);
    expect(problems.map(({ shown, reason, failed }) => [shown, reason, failed])).toEqual([
      ['t/gone', 'not-found', true],
      ['t/loop-a', 'symlink-loop', true],
      ['t/loop-b', 'symlink-loop', true],
      ['t/self', 'not-a-file', false],
      ['t/up', 'not-a-file', false],
      ['t/zero', 'not-a-file', false],
    ]);
  });

  it('given as inputs are followed, to folders, too', async () => {
    const root = await tree('real/x.png');
    await symlink('real', join(root, 'link'));
    await symlink('nowhere', join(root, 'gone'));
    expect(await places(['link'], root)).toEqual(['x.png']);
    expect(await places(['link', 'real/x.png'], root)).toEqual(['link/x.png', 'x.png']);
    expect((await find(['gone'], root)).problems).toEqual([
      expect.objectContaining({ reason: 'not-found', failed: true, message: 'a link that leads nowhere' }),
    ]);
  });
});

describe('hidden and system names', () => {
  const paths = [
    '.hidden.png',
    '.git/x.png',
    '@eaDir/x.png',
    '__MACOSX/x.png',
    'Thumbs.db',
    'THUMBS.DB2',
    'a.png',
    'desktop.ini',
  ];

  it('are passed over without a word', async () => {
    expect(await find(['.'], await tree(...paths))).toMatchObject({
      problems: [],
      sources: [{ relative: 'THUMBS.DB2' }, { relative: 'a.png' }],
    });
  });

  it('are taken with `hidden`', async () => {
    const all = await places(['.'], await tree(...paths), { hidden: true });
    expect([...all].sort()).toEqual([...paths].sort());
  });

  it('are taken when named', async () => {
    const root = await tree(...paths);
    expect(await places(['.hidden.png', '@eaDir', 'Thumbs.db'], root)).toEqual([
      '.hidden.png',
      '@eaDir/x.png',
      'Thumbs.db',
    ]);
    expect(await places(['@eaDir/*.png'], root)).toEqual(['x.png']);
  });

  it('of unfinished outputs stay out even so', async () => {
    const root = await tree('.a.jpg.tmp', 'a.jpg');
    const options = { hidden: true, leaveOut: (name: string) => name.endsWith('.tmp') };
    expect(await places(['.'], root, options)).toEqual(['a.jpg']);
  });
});

describe('the folders that are never input', () => {
  it('are not walked into, by path, by identity, and when they appear later', async () => {
    const root = await tree('a.jpg', 'out/a.jpg', 'z/b.jpg');
    await symlink('out', join(root, 'alias'));
    await rm(join(root, 'alias'));
    expect(await places(['.'], root, { skipFolders: [join(root, 'out')] })).toEqual(['a.jpg', 'z/b.jpg']);
    await symlink(root, join(root, 'z/top'));
    expect(await places(['.'], root, { skipFolders: [join(root, 'z/top/out')] })).toEqual([
      'a.jpg',
      'z/b.jpg',
    ]);

    const found = discover(['.'], root, { ...everything, skipFolders: [join(root, 'z/top/y')] });
    expect((await found.next()).value).toMatchObject({ source: { relative: 'a.jpg' } });
    await mkdir(join(root, 'y'));
    await writeFile(join(root, 'y/new.jpg'), '');
    const rest: string[] = [];
    for await (const item of found) if (item.kind === 'source') rest.push(item.source.relative);
    expect(rest).toEqual(['out/a.jpg', 'z/b.jpg']);
  });

  it('and what lies in them are refused in words when named', async () => {
    const root = await tree('out/a.jpg', 'out/deep/b.jpg', 'outer/c.jpg');
    const options = { skipFolders: [join(root, 'out')] };
    for (const input of ['out', 'out/a.jpg', 'out/deep/b.jpg', 'out/*.jpg']) {
      const { sources, problems } = await find([input], root, options);
      expect(sources).toEqual([]);
      expect(problems).toMatchObject([{ reason: 'refused', failed: false }]);
    }
    expect(await places(['outer/c.jpg'], root, options)).toEqual(['c.jpg']);
    expect((await findListed(['out/a.jpg', 'outer'], root, options)).sources.map((s) => s.relative)).toEqual([
      'outer/c.jpg',
    ]);
  });
});

describe('limits', () => {
  it.each([
    [1, ['a.jpg']],
    [2, ['a.jpg', 'r/b.jpg']],
    [3, ['a.jpg', 'r/b.jpg', 'r/s/c.jpg']],
  ])('maxDepth %i', async (maxDepth, expected) => {
    const root = await tree('a.jpg', 'r/b.jpg', 'r/s/c.jpg');
    expect(await places(['.'], root, { maxDepth })).toEqual(expected);
    expect(await places(['**/*.jpg'], root, { maxDepth })).toEqual(expected);
  });

  it('stops with the reason of the signal', async () => {
    const root = await tree('a.jpg', 'b.jpg');
    const stop = new AbortController();
    const found = discover(['.'], root, { ...everything, signal: stop.signal });
    await found.next();
    stop.abort(new Error('enough'));
    await expect(found.next()).rejects.toThrow('enough');
  });
});

it('names what is not there', async () => {
  const root = await tree('a.jpg');
  const { problems } = await find(['none.jpg', 'a.jpg/x', '', 'n'.repeat(300)], root);
  expect(problems.map(({ shown, reason, failed }) => [shown.slice(0, 9), reason, failed])).toEqual([
    ['none.jpg', 'not-found', true],
    ['a.jpg/x', 'not-found', true],
    ['', 'not-found', true],
    ['nnnnnnnnn', 'name-too-long', true],
  ]);
});
