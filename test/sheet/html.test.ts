import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ItemRow } from '../../src/ledger/items.ts';
import type { OutputRow } from '../../src/ledger/outputs.ts';
import { againFor } from '../../src/sheet/again.ts';
import { gather } from '../../src/sheet/gather.ts';
import { hrefOf } from '../../src/sheet/href.ts';
import { inertJson, marker } from '../../src/sheet/html.ts';
import { shortNames } from '../../src/sheet/names.ts';
import { pageScript } from '../../src/sheet/script.ts';
import { shellWord } from '../../src/sheet/shell.ts';
import { checkTarget } from '../../src/sheet/target.ts';
import { createThumbnailer } from '../../src/sheet/thumbnails.ts';
import { createMemoryBudget } from '../../src/workers/budget.ts';
import { createWorkerPool } from '../../src/workers/pool.ts';
import { hasShared, sharedNames, sharedPath } from '../helpers/shared.ts';
import { tempFolder } from '../helpers/temp.ts';
import { aPicture, sheetOf } from './lab.ts';

it('puts data into the page that cannot leave its element', async () => {
  const texts = ['</script>', '<!-- <script>', '\u2028 \u202e \0', '\ud800', 'x'.repeat(1000)];
  const json = inertJson(texts);
  expect(json).not.toContain('<');
  expect(JSON.parse(json)).toEqual(texts);
  const folder = await tempFolder();
  const file = await sheetOf(
    folder,
    [{ picture: aPicture({ name: '</script><b>' }), before: undefined, after: undefined }],
    {
      ...{ preset: '"><script>alert(1)</script>' },
    },
  );
  const page = await readFile(file, 'utf8');
  expect(page.startsWith(marker)).toBe(true);
  expect(page).not.toContain('</script><b>');
  expect(page).not.toContain('<script>alert');
  expect(page).toContain("default-src 'none'; img-src file: blob:;");
});

it('joins the modules of the page without two of one name', async () => {
  const script = await pageScript();
  const names = [...script.matchAll(/^(?:async )?(?:function|const|let|class) (\w+)/gm)].map(
    ([, name]) => name,
  );
  expect(names.length).toBeGreaterThan(80);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  expect(script).not.toMatch(/^(import|export) /m);
  expect(script).not.toContain('</script');
});

it('names files as addresses relative to the page', () => {
  expect(hrefOf('/out/a b#1?.jpg', '/out', 'linux')).toBe('./a%20b%231%3F.jpg');
  expect(hrefOf('/photos/x.jpg', '/out/pages', 'linux')).toBe('./../../photos/x.jpg');
  expect(hrefOf('/out/c:d.jpg', '/out', 'linux')).toBe('./c%3Ad.jpg');
  expect(hrefOf('C:\\out\\sub\\a.jpg', 'C:\\out', 'win32')).toBe('./sub/a.jpg');
  expect(hrefOf('D:\\a.jpg', 'C:\\out', 'win32')).toMatch(/^file:\/\/\/D/);
});

it('quotes words for a shell', () => {
  expect(shellWord('plain-1.jpg')).toBe('plain-1.jpg');
  expect(shellWord("it's $HOME")).toBe("'it'\\''s $HOME'");
  expect(shellWord('a\nb\u202e')).toBe("$'a\\012b\\342\\200\\256'");
  expect(shellWord('')).toBe("''");
});

it('shortens names by the folders they share', () => {
  expect(shortNames(['/p/a/1.jpg', '/p/b/2.jpg'])).toEqual(['a/1.jpg', 'b/2.jpg']);
  expect(shortNames(['/p/ab/1.jpg', '/p/a/2.jpg'])).toEqual(['ab/1.jpg', 'a/2.jpg']);
  expect(shortNames(['/p/only.jpg'])).toEqual(['only.jpg']);
  expect(shortNames([])).toEqual([]);
});

describe('the command for another go', () => {
  const facts = {
    ...{ cwd: '/home/ana', outputFolder: '/home/ana/out', isRemote: true },
    flags: [
      ['-p', 'listing'],
      ['--creative', undefined],
    ] as const,
  };

  it('puts new results in the places of the old ones', () => {
    const places = [
      { source: '/home/ana/photos/rooms/1.jpg', output: '/home/ana/out/rooms/1.jpg' },
      { source: '/home/ana/photos/2.jpg', output: '/home/ana/out/2.png' },
    ];
    expect(againFor({ ...facts, places }, 'linux')).toMatchObject({
      before: 'cd /home/ana/photos && imgsys enhance --files-from ',
      after:
        " -o /home/ana/out --on-exists overwrite -p listing --creative --prompt 'say what should be different'",
    });
  });

  it('names a folder beside where there are no such places, and no command in place', () => {
    const places = [
      { source: '/a/x/1.jpg', output: '/home/ana/out/x/1.jpg' },
      { source: '/b/y/2.jpg', output: '/home/ana/out/y/2.jpg' },
    ];
    expect(againFor({ ...facts, places }, 'linux')).toMatchObject({
      before: 'cd /home/ana && imgsys enhance --files-from ',
      after: expect.stringContaining('-o /home/ana/out-again -p'),
    });
    expect(againFor({ ...facts, places, outputFolder: undefined }, 'linux')).not.toHaveProperty('before');
  });
});

it('gathers what the run did and what earlier runs did alike, each once', () => {
  const row = (name: string, runId: string): OutputRow => {
    const stamp = { size: 1, mtimeNs: 1n, inode: 1n, sha256: 'x' };
    return {
      ...{
        outputPath: `/out/${name}`,
        sourcePath: `/in/${name}`,
        recipeKey: 'k',
        outputFolder: '/out',
        jobKey: 'j',
      },
      ...{ state: 'enhanced', source: stamp, output: stamp, runId, doneAtMs: 5, plan: [] },
    };
  };
  const item = (name: string, more: Partial<ItemRow>): ItemRow => ({
    ...{
      runId: 'R',
      source: `/in/${name}`,
      output: `/out/${name}`,
      state: 'enhanced',
      elapsedMs: 1,
      atMs: 9,
    },
    ...more,
  });
  const rows = [row('a', 'R'), row('b', 'earlier'), row('c', 'earlier')];
  const ledger = {
    items: () => [
      item('a', {}),
      item('c', { state: 'failed', output: undefined, reason: 'damaged' }),
      item('d', { state: 'skipped', reason: 'not-an-image', output: undefined }),
      item('e', {}),
    ],
    outputAt: (path: string) => rows.find(({ outputPath }) => outputPath === path),
    outputsIn: (folder: string, key: string) => (folder === '/out' && key === 'k' ? rows : []),
  };
  const run = { id: 'R', outputFolder: '/out', roots: ['/in'] } as never;
  const { pictures, skipped } = gather(ledger, run, undefined);
  expect(pictures.map(({ source, state, runId, row }) => [source, state, runId, row !== undefined])).toEqual([
    ['/in/a', 'enhanced', 'R', true],
    ['/in/b', 'enhanced', 'earlier', true],
    ['/in/c', 'failed', 'R', false],
    ['/in/e', 'enhanced', 'R', false],
  ]);
  expect(skipped).toEqual({ 'not-an-image': 1 });
});

it('replaces older sheets and nothing else', async () => {
  const folder = await tempFolder();
  const path = (name: string) => join(folder, name);
  await writeFile(path('notes.html'), '<!doctype html><p>mine');
  await writeFile(path('old.html'), `${marker}<html>`);
  await checkTarget(path('new.html'), 'new.html');
  await checkTarget(path('old.html'), 'old.html');
  await expect(checkTarget(path('notes.html'), 'notes.html')).rejects.toThrow(
    'is there and is no contact sheet',
  );
  await expect(checkTarget(path('sheet.jpg'), 'sheet.jpg')).rejects.toThrow('a contact sheet is a page');
});

it.skipIf(!hasShared)('makes thumbnails of hostile files or none, within its memory', async () => {
  const pool = createWorkerPool({
    ...{ module: new URL('../../src/image-worker.ts', import.meta.url), env: {}, size: 2 },
    recycleBytes: 2 ** 30,
  });
  const { make } = createThumbnailer(pool, createMemoryBudget(256 * 2 ** 20), new AbortController().signal);
  const size = { edge: 64, quality: 60 };
  const names = sharedNames('corpora/hostile').slice(0, 24);
  const made = await Promise.all(names.map((name) => make(sharedPath(`corpora/hostile/${name}`), size)));
  for (const bytes of made) if (bytes) expect(Buffer.from(bytes).subarray(8, 12).toString()).toBe('WEBP');
  expect(await make(sharedPath('corpora/photos/Landscape_6.jpg'), size)).toBeDefined();
  pool.close();
});
