// What other people's folders hold: names made to harm, things that are no files, rights that are missing.
import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hasShared, sharedPath } from '../helpers/shared.ts';
import { tempFolder } from '../helpers/temp.ts';
import { find, places } from './collect.ts';
import { tree } from './tree.ts';

const run = promisify(execFile);
const linux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;

describe.skipIf(!hasShared || !linux)('the archive of odd names (needs the shared corpora)', () => {
  it('comes through, each entry as a source or with its reason', async () => {
    const root = await tempFolder();
    await run('tar', ['xJf', sharedPath('corpora/hostile/names.tar.xz'), '-C', root]);
    const { sources, problems } = await find(['u'], root);
    const found = sources.map((source) => source.relative);
    expect(found).toEqual(
      expect.arrayContaining([
        'new\nline.png',
        '-',
        '--help.png',
        'café-nfc.png',
        'cafe\u0301-nfd.png',
        'Case.png',
        'case.png',
        'CASE.PNG',
        '[bracket].png',
        'back\\slash.png',
        'esc\x1b[31mred\x1b[0m.png',
        'surrogate-\ufffd.png',
        'hardlink.png',
        'link.png',
        'noperm.png',
        'empty.png',
      ]),
    );
    expect(found.filter((place) => place.startsWith('.') || place.split('/').includes('..'))).toEqual([]);
    expect(found.find((place) => place.length > 3_700)).toMatch(/\/x\.png$/);
    expect(
      new Map(problems.map(({ shown, reason, failed }) => [shown.slice(2), `${reason} ${failed}`])),
    ).toEqual(
      new Map([
        ['bad-utf8-\\xff\\xfe.png', 'name-not-utf8 true'],
        ['dangling.png', 'not-found true'],
        ['devzero.png', 'not-a-file false'],
        ['fifo.png', 'not-a-file false'],
        ['latin1-\\xe9.png', 'name-not-utf8 true'],
        ['loop-a.png', 'symlink-loop true'],
        ['loop-b.png', 'symlink-loop true'],
        ['selfdir', 'not-a-file false'],
        ['updir', 'not-a-file false'],
      ]),
    );
  });
});

describe.skipIf(!linux)('what is no file', () => {
  it('is passed over with a word in a folder, and is a failure when named', async () => {
    const root = await tree('a.png');
    execFileSync('mkfifo', [join(root, 'fifo.png')]);
    const server = createServer().listen(join(root, 'sock.png'));
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const walked = await find(['.'], root);
      expect(walked.sources).toHaveLength(1);
      expect(walked.problems).toMatchObject([
        { shown: 'fifo.png', reason: 'not-a-file', failed: false, message: 'a named pipe, not a file' },
        { shown: 'sock.png', reason: 'not-a-file', failed: false, message: 'a socket, not a file' },
      ]);
      const named = await find(['fifo.png', 'sock.png', '/dev/null'], root);
      expect(named.problems.map(({ failed }) => failed)).toEqual([true, true, true]);
      expect((await find(['.'], root, { include: ['a*'] })).problems).toEqual([]);
    } finally {
      server.close();
    }
  });
});

describe.skipIf(!linux)('names that are not UTF-8', () => {
  it('of folders are named, too', async () => {
    const root = await tree('a.png');
    await mkdir(Buffer.concat([Buffer.from(`${root}/d`), Buffer.from([0xe9])]));
    expect(await find(['.'], root)).toMatchObject({
      sources: [{ relative: 'a.png' }],
      problems: [{ shown: 'd\\xe9', reason: 'name-not-utf8', failed: true }],
    });
    expect((await find(['*.png'], root)).problems).toEqual([]);
  });
});

describe.skipIf(!linux)('paths longer than the system allows', () => {
  it('are named, and the walk goes on', async () => {
    const root = await tree('a.png', 'z.png');
    // Built from the inside out, by moving: no path may be named whole.
    const part = 'd'.repeat(200);
    for (let level = 0; level < 25; level++) {
      const next = join(root, 'next');
      await mkdir(next);
      if (level > 0) await rename(join(root, part), join(next, part));
      await rename(next, join(root, part));
    }
    try {
      const { sources, problems } = await find(['.'], root);
      expect(sources.map((source) => source.relative)).toEqual(['a.png', 'z.png']);
      expect(problems).toMatchObject([{ reason: 'name-too-long', failed: true }]);
    } finally {
      execFileSync('rm', ['-rf', join(root, part)]);
    }
  });
});

describe.skipIf(!linux || !isRoot)('missing rights (needs root, to give them up)', () => {
  it('are named, and the walk goes on', async () => {
    const root = await tree('a.png', 'closed/x.png', 'listed/y.png', 'shut.png', 'z.png');
    await chmod(root, 0o755);
    await chmod(join(root, 'closed'), 0o000);
    await chmod(join(root, 'listed'), 0o744);
    await chmod(join(root, 'shut.png'), 0o000);
    const module = new URL('../../src/sources/discover.ts', import.meta.url);
    const script = `
      const { discover } = await import(${JSON.stringify(module.href)});
      const options = { include: [], exclude: [], maxDepth: 9, hidden: false, skipFolders: [], signal: new AbortController().signal };
      for await (const found of discover(JSON.parse(process.argv[1]), ${JSON.stringify(root)}, options)) {
        console.log(found.kind === 'source' ? found.source.relative : found.shown + ' ' + found.reason + ' ' + found.failed);
      }`;
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath];
    const discovered = async (...inputs: string[]) => {
      const args = [...nobody, '--input-type=module', '-e', script, JSON.stringify(inputs)];
      return (await run('setpriv', args, { cwd: '/' })).stdout.trim().split('\n');
    };
    expect(await discovered('.')).toEqual([
      'a.png',
      'closed no-permission true',
      'listed/y.png no-permission true',
      'shut.png',
      'z.png',
    ]);
    expect(await discovered('closed', 'closed/x.png', 'closed/*.png', 'z.png')).toEqual([
      'closed no-permission true',
      'closed/x.png no-permission true',
      'closed/*.png no-permission true',
      'z.png',
    ]);
  });
});

describe('large folders', () => {
  it('of more than 10,000 entries are streamed whole, and those below come through', async () => {
    const root = await tempFolder();
    await mkdir(join(root, 'sub'));
    await writeFile(join(root, 'sub/x.jpg'), '');
    for (let start = 0; start < 12_000; start += 500) {
      const names = Array.from({ length: 500 }, (_, index) => `${start + index}.jpg`);
      await Promise.all(names.map((name) => writeFile(join(root, name), '')));
    }
    const found = await places(['.'], root);
    expect(found).toHaveLength(12_001);
    expect(new Set(found).size).toBe(12_001);
    expect(found).toContain('sub/x.jpg');
  });

  it('of fewer are sorted by code unit', async () => {
    const root = await tree('b.jpg', 'a.jpg', 'B.jpg', 'é.jpg', '10.jpg', '9.jpg', 'a/x.jpg');
    expect(await places(['.'], root)).toEqual([
      '10.jpg',
      '9.jpg',
      'B.jpg',
      'a/x.jpg',
      'a.jpg',
      'b.jpg',
      'é.jpg',
    ]);
  });
});
