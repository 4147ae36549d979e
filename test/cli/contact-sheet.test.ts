// A run on one page, by the built program: written, looked at, judged, and gone on with.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SheetData } from '../../src/sheet/data.ts';
import { marker } from '../../src/sheet/html.ts';
import { chromiumPath, openPage, startChromium } from '../helpers/chromium.ts';
import { type Home, imgsys, lines, newHome } from '../helpers/cli.ts';
import { startImageServer, testKey } from '../helpers/image-server.ts';
import { payingHome } from '../helpers/paid.ts';
import { writePhoto, writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let home: Home;
let folder: string;

beforeEach(async () => {
  home = await newHome();
  folder = await tempFolder();
});

const run = (...args: string[]) => imgsys(home, args, { cwd: folder });
const enhance = (...args: string[]) => run('enhance', ...args);
const read = async (name: string): Promise<SheetData> => {
  const page = await readFile(join(folder, name), 'utf8');
  expect(page.startsWith(marker)).toBe(true);
  const [, json = ''] = /<script type="application\/json" id="data">(.*)<\/script>/.exec(page) ?? [];
  return JSON.parse(json);
};

describe('--contact-sheet', () => {
  it('replaces no page of somebody else, also one that came while the run went on', async () => {
    await writePhotos(join(folder, 'photos'), 1);
    const server = await startImageServer();
    home = await payingHome(server);
    server.set({
      async answer({ images: [image] }) {
        await writeFile(join(folder, 'sheet.html'), 'mine');
        return sharp(image?.bytes).png().toBuffer();
      },
    });
    const ran = await enhance('photos', '-o', 'out', '--provider', 'openai', '--contact-sheet', 'sheet.html');
    await server.close();
    expect(ran.stderr).toContain('sheet.html is there and is no contact sheet');
    expect(ran.stderr).toContain('make it later: imgsys runs report');
    expect(await readFile(join(folder, 'sheet.html'), 'utf8')).toBe('mine');
    expect(await readdir(join(folder, 'out'))).toEqual(['000.jpg']);
  });

  it('shows the whole folder, also when an earlier run made most of it', async () => {
    const names = await writePhotos(join(folder, 'photos'), 3);
    await writeFile(join(folder, 'photos', 'broken.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));
    // Inside the input, where it is no picture.
    const sheet = ['--contact-sheet', join('photos', 'sheet.html')];
    const first = await enhance('photos', '-o', 'out', '--limit', '2', ...sheet);
    expect(first.stderr).toMatch(/contact sheet: photos\/sheet\.html/);
    const begun = await read('photos/sheet.html');
    const before = begun.pictures.filter(({ state }) => state !== 'failed').length;
    expect(before).toBe(2);
    const { code } = await enhance('photos', '-o', 'out', ...sheet);
    expect(code).toBe(3);
    const { pictures, head, thumbnails } = await read('photos/sheet.html');
    expect(pictures.map(({ name }) => name)).toEqual([...names, 'broken.jpg'].sort());
    expect(pictures.filter(({ earlier }) => earlier !== undefined)).toHaveLength(2);
    expect(pictures.find(({ name }) => name === 'broken.jpg')).toMatchObject({
      state: 'failed',
      reason: 'damaged',
    });
    expect(pictures[0]).toMatchObject({
      ...{
        path: join(folder, 'photos', '000.jpg'),
        before: { href: './000.jpg', state: 'as-it-was', shows: true },
      },
      after: { href: './../out/000.jpg', state: 'as-it-was', shows: true },
    });
    expect(head.skipped).toMatchObject({ 'not-an-image': 1 });
    expect(thumbnails.pictures).toBe(4);
    // Files that changed or went since are said to have.
    await rm(join(folder, 'out', '000.jpg'));
    await writePhoto(join(folder, 'photos', '001.jpg'), 77);
    const report = await run('runs', 'report', '-o', 'later.html');
    expect([report.code, report.stdout]).toEqual([0, 'later.html\n']);
    const later = (await read('later.html')).pictures;
    expect([later[0]?.after?.state, later[1]?.before?.state, later[2]?.after?.state]).toEqual([
      ...['missing', 'changed', 'as-it-was'],
    ]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('refuses beforehand what it cannot be, and replaces nothing that is no sheet', async () => {
    await writePhotos(join(folder, 'photos'), 1);
    await writeFile(join(folder, 'mine.html'), '<p>mine</p>');
    const refusals = [
      [['--contact-sheet', 'mine.html'], /is there and is no contact sheet/],
      [['--contact-sheet', 'sheet.jpg'], /a contact sheet is a page/],
      [['--contact-sheet', 'sheet.html', '--dry-run'], /--dry-run exclude each other/],
      [['--contact-sheet', ''], /--contact-sheet is empty/],
    ] as const;
    for (const [args, words] of refusals) {
      const { code, stderr } = await enhance('photos', '-o', 'out', ...args);
      expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
    }
    expect(existsSync(join(folder, 'out'))).toBe(false);
    expect(await readFile(join(folder, 'mine.html'), 'utf8')).toBe('<p>mine</p>');
  });

  it('holds what was paid and no part of the key', async () => {
    const server = await startImageServer();
    home = await payingHome(server);
    await writePhotos(join(folder, 'photos'), 2);
    const prompt = `</script> CANARY ${testKey}`;
    const paid = await enhance(
      'photos',
      '-o',
      'out',
      '--provider',
      'openai',
      '--prompt',
      prompt,
      '--contact-sheet',
      's.html',
    );
    await server.close();
    expect(paid.code).toBe(0);
    const page = await readFile(join(folder, 's.html'), 'utf8');
    for (const secret of [testKey, `…${testKey.slice(-4)}`, 'IMGSYS_KEY'])
      expect(page.includes(secret)).toBe(false);
    const { head, pictures } = await read('s.html');
    expect(head.prompt).toBe('</script> CANARY [secret]');
    expect(head.charges?.microusd).toBeGreaterThan(0);
    expect(pictures[0]?.cost).toMatchObject({ provider: 'openai', reused: false });
    expect(head.again).toMatchObject({
      before: `cd ${join(folder, 'photos')} && imgsys enhance --files-from `,
      after: expect.stringMatching(/ -o \S+\/out --on-exists overwrite .*--provider openai .*--prompt '/),
    });
  });
});

describe('--files-from', () => {
  it('takes lines or NUL, from a file or standard input, with folders in it', async () => {
    await writePhotos(join(folder, 'photos'), 3);
    await writePhoto(join(folder, 'photos', 'line\nbreak.jpg'), 9);
    await mkdir(join(folder, 'more'));
    await writePhoto(join(folder, 'more', 'x.jpg'), 5);
    await writeFile(join(folder, 'lines.txt'), 'photos/000.jpg\r\nmore\n');
    await writeFile(join(folder, 'nul.txt'), 'photos/line\nbreak.jpg\0photos/gone.jpg\0');
    const byLines = await enhance('--files-from', 'lines.txt', '-o', 'out');
    expect([byLines.code, lines(byLines.stdout).sort()]).toEqual([
      0,
      ['out/more/x.jpg', 'out/photos/000.jpg'],
    ]);
    const byNul = await enhance('--files-from', 'nul.txt', '-o', 'out', '--print0');
    expect([byNul.code, byNul.stdout]).toEqual([3, 'out/photos/line\nbreak.jpg\0']);
    expect(byNul.stderr).toMatch(/photos\/gone\.jpg: failed/);
    const piped = await imgsys(home, ['enhance', '--files-from', '-', '-o', 'out'], {
      ...{ cwd: folder, stdin: 'pipe', input: 'photos/001.jpg\n' },
    });
    expect([piped.code, piped.stdout]).toEqual([0, 'out/photos/001.jpg\n']);
  });

  it('refuses a list beside paths, a missing one and an empty one', async () => {
    await writeFile(join(folder, 'empty.txt'), '');
    const cases = [
      [['photos', '--files-from', 'x.txt'], 2, /exclude each other/],
      [['--files-from', 'none.txt'], 2, /--files-from none\.txt/],
      [['--files-from', '.'], 2, /is a folder/],
      [['--files-from', 'empty.txt'], 6, /the list empty\.txt is empty/],
    ] as const;
    for (const [args, code, words] of cases) {
      const ran = await enhance(...args, '-o', 'out');
      expect([ran.code, ran.stderr]).toEqual([code, expect.stringMatching(words)]);
    }
  });

  it.skipIf(chromiumPath === undefined)(
    'takes the list that a page exports, by the command that it shows',
    async () => {
      await writePhotos(join(folder, 'photos'), 3);
      await writePhoto(join(folder, 'photos', '</script>\u202e "quoted" \'x\'\n.jpg'), 4);
      await enhance('photos', '-o', 'out', '--strength', '0.9', '--contact-sheet', 'sheet.html');
      const browser = await startChromium();
      const { page, complaints } = await openPage(browser, join(folder, 'sheet.html'), {
        acceptDownloads: true,
      });
      await page.keyboard.press('End');
      await page.keyboard.press('r');
      await page.keyboard.press('Home');
      await page.keyboard.press('r');
      await page.click('#open-export');
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-rejected')]);
      const list = join(folder, 'rejected.txt');
      await download.saveAs(list);
      const shown = (await page.textContent('#command')) ?? '';
      await browser.close();
      expect(complaints).toEqual([]);
      expect((await readFile(list, 'utf8')).split('\0')).toHaveLength(3);
      const { pictures } = await read('sheet.html');
      const [cd = '', command = ''] = shown.split(' && imgsys ');
      const args = command.replace(/~\/\S+/, list).split(' ');
      const again = await imgsys(home, args, { cwd: cd.replace(/^cd /, '') });
      expect(again.code).toBe(0);
      const outputs = (await readdir(join(folder, 'out'))).sort();
      // Nothing new: both took the places of their earlier results.
      expect([pictures.length, outputs.length]).toEqual([4, 4]);
      expect(again.stderr).toMatch(/2 pictures enhanced|1 picture enhanced, 1 unchanged|2 unchanged/);
    },
  );
});
