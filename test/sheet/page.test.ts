import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Presented } from '../../src/sheet/present.ts';
import { chromiumPath, openPage, startChromium } from '../helpers/chromium.ts';
import { tempFolder } from '../helpers/temp.ts';
import { aPicture, drifted, paid, sheetOf } from './lab.ts';

if (chromiumPath === undefined)
  console.log('no Chromium on this machine: the contact sheet was not looked at');

const hostile = '</script><img src=x onerror=alert(1)>"\'&\\u{202e}';

describe.skipIf(chromiumPath === undefined)('a contact sheet in a browser', () => {
  let browser: Browser;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    browser = await startChromium();
    folder = await tempFolder();
    for (const [name, background] of [
      ['before', '#4080d0'],
      ['after', '#d08040'],
    ] as const) {
      await sharp({ create: { width: 3000, height: 2000, channels: 3, background } })
        .jpeg()
        .toFile(join(folder, `${name}.jpg`));
    }
    file = await sheetOf(folder, many(), { prompt: hostile });
  });
  afterAll(() => browser?.close());

  // 60 pictures: one failed, two drifted (one of them in review), one unchanged, one with a hostile name.
  function many(): Presented[] {
    return Array.from({ length: 60 }, (_, at): Presented => {
      const shown = { state: 'as-it-was', shows: true } as const;
      const picture = aPicture({
        name: at === 7 ? `${hostile}.jpg` : `rooms/${String(at).padStart(3, '0')}.jpg`,
        path: at === 8 ? '/photos/line\nbreak.jpg' : `/photos/rooms/${at}.jpg`,
        before: { href: './before.jpg', ...shown },
        ...(at !== 5 && { after: { href: './after.jpg', ...shown } }),
        ...(at === 5 && { state: 'failed', reason: 'damaged', message: hostile, hint: 'convert it' }),
        ...(at === 6 && { state: 'unchanged' }),
        ...(at === 3 && { drift: drifted(0.4, 'structure'), review: true }),
        ...(at === 4 && { drift: drifted(0.6, 'colour') }),
        ...(at === 9 && { after: { href: './gone.jpg', state: 'missing', shows: true } }),
        ...(at === 10 && { after: { href: './after.jpg', state: 'changed', shows: true } }),
        cost: paid(10_000 + at * 100),
      });
      return { picture, before: 'before', after: at === 5 ? undefined : 'after' };
    });
  }

  const open = (options = {}) => openPage(browser, file, options);

  it('asks for nothing but files and complains of nothing', async () => {
    const { page, complaints, requests } = await open();
    await page.waitForSelector('.cell img');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('#layers img')].every(
        (image) => (image as HTMLImageElement).naturalWidth === 3000,
      ),
    );
    expect(requests.filter((url) => !/^(file|blob):/.test(url))).toEqual([]);
    expect(complaints).toEqual([]);
    expect(await page.evaluate(() => fetch('https://example.com').then(String, () => 'refused'))).toBe(
      'refused',
    );
    await page.close();
  });

  it('shows hostile names, prompts and errors as the text they are', async () => {
    const { page, complaints } = await open();
    let alerts = 0;
    page.on('dialog', (dialog) => {
      alerts += 1;
      void dialog.dismiss();
    });
    expect(await page.textContent('#prompt')).toBe(hostile);
    await page.fill('#search', 'onerror');
    expect(await page.locator('.cell').count()).toBe(1);
    await page.locator('.cell').click();
    expect(await page.textContent('#viewed')).toBe(`${hostile}.jpg`);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect([alerts, complaints]).toEqual([0, []]);
    await page.close();
  });

  it('filters by status, drift, cost, marks and name, and sorts', async () => {
    const { page } = await open();
    const count = () => page.textContent('#count');
    const first = () => page.locator('.cell.active').getAttribute('title');
    expect(await count()).toBe('60 pictures');
    await page.click('button.failed');
    expect([await count(), await page.locator('.cell').count()]).toEqual(['1 of 60 pictures', 1]);
    expect(await page.getAttribute('button.failed', 'aria-pressed')).toBe('true');
    await page.click('button.drifted');
    expect(await count()).toBe('2 of 60 pictures');
    await page.click('button.review');
    expect(await count()).toBe('1 of 60 pictures');
    await page.click('#clear');
    await page.selectOption('#reason', 'colour');
    expect(await count()).toBe('1 of 60 pictures');
    await page.click('#clear');
    await page.fill('#least', '0.0155');
    expect(await count()).toBe('5 of 60 pictures');
    await page.click('#clear');
    await page.locator('#chart .bar').last().click();
    expect(await count()).toMatch(/^\d+ of 60 pictures$/);
    await page.click('#clear');
    await page.selectOption('#sort', 'drift');
    expect(await first()).toBe('rooms/003.jpg');
    await page.focus('#sort');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await page.selectOption('#sort', 'cost');
    expect(await first()).toBe('rooms/059.jpg');
    await page.keyboard.press('/');
    await page.keyboard.type('no such picture');
    expect(await page.isVisible('#nothing')).toBe(true);
    await page.close();
  });

  it('says what it is of, compares nothing that is the same, and offers no choice without a difference', async () => {
    const { page } = await open();
    expect(await page.textContent('#title')).toBe('photos · listing');
    const single = page.locator('[title="rooms/006.jpg"] .compare.single img');
    await single.waitFor();
    expect(await single.getAttribute('alt')).toBe('after: rooms/006.jpg');
    await single.click();
    expect(await page.isVisible('#handle')).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('viewed');
    await page.close();

    const few = many().slice(3, 4);
    const other = await tempFolder();
    const aside = await openPage(browser, await sheetOf(other, few, { skipped: { 'not-an-image': 1 } }));
    expect(await aside.page.locator('#statuses button').allTextContents()).toEqual([
      '1 All',
      '1 Enhanced',
      '1 In review',
    ]);
    expect(await aside.page.textContent('#notes')).toBe('Passed over: 1 not a picture.');
    await aside.page.close();
    const [first] = many();
    if (first === undefined) throw new Error('no picture');
    const { cost: _, ...picture } = first.picture;
    const plain = await openPage(browser, await sheetOf(other, [{ ...first, picture }]));
    expect(await plain.page.isVisible('#sort')).toBe(false);
    await plain.page.close();
  });

  it('moves the line by mouse and by keys, and shows one side on space', async () => {
    const { page } = await open();
    await page.keyboard.press('Enter');
    const at = async () => Number(await page.getAttribute('#handle', 'aria-valuenow'));
    expect(await at()).toBe(50);
    const box = await page.locator('#stage').boundingBox();
    if (box === null) throw new Error('no stage');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    expect(await at()).toBe(25);
    await page.keyboard.press(']');
    expect(await at()).toBe(30);
    await page.focus('#handle');
    await page.keyboard.press('ArrowRight');
    expect([await at(), await page.textContent('#place')]).toEqual([35, '1 of 60']);
    await page.keyboard.press(' ');
    expect(await at()).toBe(100);
    await page.focus('#viewed');
    await page.keyboard.press('ArrowRight');
    expect(await page.textContent('#place')).toBe('2 of 60');
    await page.close();
  });

  it('enlarges both sides in step', async () => {
    const { page } = await open();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('#layers img')].every((image) => (image as HTMLImageElement).complete),
    );
    await page.keyboard.press('z');
    expect(await page.textContent('#zoom')).toBe('100 %');
    const transforms = () =>
      page.$$eval('#layers img', (images) => images.map((image) => (image as HTMLElement).style.transform));
    const [before, after] = await transforms();
    expect(before).toMatch(/scale\([1-9]/);
    expect(after).toBe(before);
    const box = await page.locator('#stage').boundingBox();
    if (box === null) throw new Error('no stage');
    await page.mouse.move(box.x + 50, box.y + 300);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, box.y + 330, { steps: 3 });
    await page.mouse.up();
    const moved = await transforms();
    expect(moved[0]).not.toBe(before);
    expect(moved[1]).toBe(moved[0]);
    await page.keyboard.press('0');
    expect((await transforms())[0]).toContain('scale(1)');
    await page.close();
  });

  it('says what is missing, what changed and what failed', async () => {
    const { page } = await open();
    const look = async (name: string) => {
      await page.fill('#search', name);
      await page.locator('.cell').first().click();
      const text = `${await page.textContent('#stage-notes')} ${await page.textContent('#facts')}`;
      await page.keyboard.press('Escape');
      return text;
    };
    expect(await look('009')).toMatch(/the file is missing; this is its thumbnail, enlarged/);
    expect(await look('010')).toMatch(/after: the file has changed since/);
    expect(await look('005')).toMatch(/failed \(damaged\).*convert it/s);
    await page.close();
  });

  it('shows its pictures whatever another page has left in the storage', async () => {
    const { page } = await open();
    for (const left of [
      ...['no JSON', 'null', '{"a":1}', '[1,[2],null]'],
      '[["/photos/rooms/1.jpg","else"],["/photos/rooms/0.jpg","accepted"]]',
    ]) {
      await page.evaluate((text) => {
        const run = document.getElementById('run')?.textContent;
        localStorage.setItem(`imgsys contact sheet ${run}`, text);
      }, left);
      await page.reload();
      expect(await page.textContent('#count'), left).toBe('60 pictures');
      expect(await page.locator('.cell .mark').count(), left).toBe(left.includes('accepted') ? 1 : 0);
    }
    await page.close();
  });

  it('keeps marks, exports them as lists and takes lists back', async () => {
    const { page } = await open({ acceptDownloads: true });
    await page.keyboard.press('r');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('r');
    expect(await page.getAttribute('#reject', 'aria-pressed')).toBe('true');
    await page.reload();
    await page.click('#open-export');
    expect(await page.textContent('#marked')).toBe('2 rejected, 1 accepted');
    expect(await page.textContent('#command')).toMatch(
      /^imgsys enhance --files-from ~\/Downloads\/imgsys-rejected-\S+ -o again$/,
    );
    const saved = async () => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-rejected')]);
      return readFile(await download.path(), 'utf8');
    };
    expect(await saved()).toBe('/photos/rooms/0.jpg\n/photos/rooms/2.jpg\n');
    const list = join(folder, 'list.txt');
    await writeFile(list, '/photos/line\nbreak.jpg\0/photos/stranger.jpg\0');
    await page.locator('summary', { hasText: 'Load marks' }).click();
    await page.setInputFiles('#load-rejected', list);
    await page.waitForFunction(() => document.getElementById('loaded')?.textContent !== '');
    expect(await page.textContent('#loaded')).toBe('1 picture rejected, 1 not on this page');
    expect(await saved()).toBe('/photos/rooms/0.jpg\0/photos/rooms/2.jpg\0/photos/line\nbreak.jpg\0');
    await page.close();
  });

  it('is dark where the system is, or where it is asked to be', async () => {
    const ground = (page: Awaited<ReturnType<typeof open>>['page']) =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await open({ colorScheme: 'light' });
    const dark = await open({ colorScheme: 'dark' });
    const [bright, dim] = [await ground(light.page), await ground(dark.page)];
    expect(dim).not.toBe(bright);
    await light.page.click('#theme');
    expect(await ground(light.page)).toBe(dim);
    await light.page.close();
    await dark.page.close();
  });

  it('fits windows of 400, 800 and 1400 pixels, and tells its keys', async () => {
    const { page } = await open();
    for (const width of [400, 800, 1400]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await page.keyboard.press('?');
    expect(await page.isVisible('#help')).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#help')).toBe(false);
    await page.close();
  });
});
