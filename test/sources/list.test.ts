import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readInput } from '../../src/sources/input.ts';
import { placeOfEntry } from '../../src/sources/place.ts';
import { findListed } from './collect.ts';
import { tree } from './tree.ts';

const isPng = (head: Buffer) => head.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));

async function entriesOf(...chunks: (string | Buffer)[]) {
  const input = await readInput(
    Readable.from(
      chunks.map((chunk) => Buffer.from(chunk)),
      { objectMode: false },
    ),
    isPng,
  );
  if (input.kind !== 'list') return input.kind;
  const entries: (string | Uint8Array)[] = [];
  for await (const entry of input.entries) entries.push(entry);
  return entries;
}

describe('a list on standard input', () => {
  it.each<[string, (string | Buffer)[], (string | Uint8Array)[] | string]>([
    ['nothing', [], 'empty'],
    ['lines', ['a.jpg\nrooms/b.jpg\n'], ['a.jpg', 'rooms/b.jpg']],
    ['a last line without its end', ['a.jpg\nb.jpg'], ['a.jpg', 'b.jpg']],
    ['one name', ['a.jpg'], ['a.jpg']],
    ['CRLF', ['a.jpg\r\nb.jpg\r\n'], ['a.jpg', 'b.jpg']],
    ['blank lines and blanks', ['\n a.jpg \n\n\tb\n\r\n'], [' a.jpg ', '\tb']],
    ['NUL', ['a\nb.jpg\0c.jpg\r\0'], ['a\nb.jpg', 'c.jpg\r']],
    ['NUL, last name without its end', ['a.jpg\0b.jpg'], ['a.jpg', 'b.jpg']],
    ['a byte order mark', ['\ufeffa.jpg\n\ufeffb.jpg\n'], ['a.jpg', '\ufeffb.jpg']],
    ['names cut by chunks', ['ro', 'oms/x', '.jpg', '\nb', '.jpg\n'], ['rooms/x.jpg', 'b.jpg']],
    ['a CRLF cut in two', ['a.jpg\r', '\nb.jpg\r\n'], ['a.jpg', 'b.jpg']],
    ['a character cut in two', [Buffer.from([0x61, 0xc3]), Buffer.from([0xa9, 0x0a])], ['aé']],
    ['names like the start of a picture', ['RIFF-shop.jpg\nGIF8.jpg\n'], ['RIFF-shop.jpg', 'GIF8.jpg']],
    [
      'bytes that are not UTF-8',
      [Buffer.from('a\nlatin1-\xe9.png\nb\n', 'latin1')],
      ['a', Buffer.from('latin1-\xe9.png', 'latin1'), 'b'],
    ],
  ])('%s', async (_, chunks, expected) => {
    expect(await entriesOf(...chunks)).toEqual(expected);
  });

  it('hands the first name on while the rest is still to come, without end', async () => {
    const stdin = new PassThrough();
    stdin.write('a.jpg\nb.jp');
    const input = await readInput(stdin, isPng);
    if (input.kind !== 'list') throw new Error(`took a list for ${input.kind}`);
    const entries = input.entries[Symbol.asyncIterator]();
    expect((await entries.next()).value).toBe('a.jpg');
    stdin.write('g\n');
    expect((await entries.next()).value).toBe('b.jpg');
    const closed = new Promise((resolve) => stdin.once('close', resolve));
    await entries.return?.();
    await closed;
    expect(stdin.destroyed).toBe(true);
  });

  it('keeps memory bounded where no name ends', async () => {
    const endless = Array.from({ length: 64 }, () => Buffer.alloc(1 << 16, 0x61));
    const entries = await entriesOf(...endless, '\nb.jpg');
    expect(entries).toEqual([expect.stringMatching(/^a+$/), 'b.jpg']);
    expect(entries[0]).toHaveLength(1 << 17);
  });

  it('rejects with the error of the stream', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('a.jpg\n');
        throw new Error('EIO');
      })(),
    );
    const input = await readInput(broken, isPng);
    if (input.kind !== 'list') throw new Error(`took a list for ${input.kind}`);
    const reading = (async () => {
      for await (const entry of input.entries) expect(entry).toBe('a.jpg');
    })();
    await expect(reading).rejects.toThrow('EIO');
  });
});

describe('a picture on standard input', () => {
  it.each([1, 3, 8, 100])('comes whole, in pieces of %i bytes', async (size) => {
    const bytes = Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      Buffer.from('rest\n\0of it'.repeat(9)),
    ]);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const input = await readInput(Readable.from(chunks, { objectMode: false }), isPng);
    if (input.kind !== 'image') throw new Error(`took a picture for ${input.kind}`);
    const got: Buffer[] = [];
    for await (const chunk of input.bytes) got.push(chunk);
    expect(Buffer.concat(got).equals(bytes)).toBe(true);
  });
});

describe('discoverList', () => {
  it('takes files and folders, never globs, and keeps their place', async () => {
    const root = await tree('rooms/bath.jpg', 'rooms/deep/x.jpg', '*.jpg', 'other/y.jpg', 'cwd/z.jpg');
    const cwd = join(root, 'cwd');
    const outside = root.slice(1);
    const entries = [
      'z.jpg',
      join(cwd, 'z.jpg'),
      '../rooms',
      '../other/y.jpg',
      '../*.jpg',
      '.',
      '../o*/y.jpg',
    ];
    const { sources, problems } = await findListed(entries, cwd);
    expect(sources.map(({ relative, named }) => [relative, named])).toEqual([
      ['z.jpg', true],
      ['z.jpg', true],
      [`${outside}/rooms/bath.jpg`, false],
      [`${outside}/rooms/deep/x.jpg`, false],
      [`${outside}/other/y.jpg`, true],
      [`${outside}/*.jpg`, true],
      ['z.jpg', false],
    ]);
    expect(problems).toMatchObject([{ shown: '../o*/y.jpg', reason: 'not-found', failed: true }]);
  });

  it('keeps folders of entries inside the current folder', async () => {
    const root = await tree('rooms/bath.jpg', 'rooms/deep/x.jpg');
    const { sources } = await findListed(['rooms/bath.jpg', './rooms/deep'], root);
    expect(sources.map((source) => source.relative)).toEqual(['rooms/bath.jpg', 'rooms/deep/x.jpg']);
  });

  it('applies excluded folders to entries below them', async () => {
    const root = await tree('a/thumbs/x.jpg', 'a/y.jpg');
    const { sources } = await findListed(['a/thumbs/x.jpg', 'a/thumbs', 'a/y.jpg'], root, {
      exclude: ['thumbs/'],
    });
    expect(sources.map((source) => source.relative)).toEqual(['a/y.jpg']);
  });

  it('names entries that no file can have', async () => {
    const root = await tree('a.jpg');
    const { problems, sources } = await findListed(
      [Buffer.from('x\xe9.png', 'latin1'), 'a\0b', 'n'.repeat(1 << 17), 'a.jpg'],
      root,
    );
    expect(sources).toHaveLength(1);
    expect(problems.map(({ shown, reason }) => [shown.slice(0, 9), reason])).toEqual([
      ['x\\xe9.png', 'name-not-utf8'],
      ['a\0b', 'not-found'],
      ['nnnnnnnnn', 'name-too-long'],
    ]);
  });
});

describe('the place of a list entry', () => {
  it.each([
    ['/home/u/a/b.jpg', '/home/u', 'linux', 'a/b.jpg'],
    ['/home/user2/b.jpg', '/home/u', 'linux', 'home/user2/b.jpg'],
    ['/mnt/a.jpg', '/home/u', 'linux', 'mnt/a.jpg'],
    ['/home/u/..x/a.jpg', '/home/u', 'linux', '..x/a.jpg'],
    ['/a\\b.jpg', '/home', 'linux', 'a\\b.jpg'],
    ['C:\\pics\\a.jpg', 'C:\\pics', 'win32', 'a.jpg'],
    ['c:\\Pics\\r\\a.jpg', 'C:\\pics', 'win32', 'r/a.jpg'],
    ['D:\\pics\\a.jpg', 'C:\\pics', 'win32', 'D/pics/a.jpg'],
    ['\\\\server\\share\\a.jpg', 'C:\\pics', 'win32', 'server/share/a.jpg'],
  ] as const)('%s from %s on %s is %s', (path, cwd, platform, expected) => {
    expect(placeOfEntry(path, cwd, platform)).toBe(expected);
  });
});
