// What a contact sheet of thousands of pictures costs: node bench/sheet/sheet.ts [pictures] [folder of photographs]
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startLocalWorkers } from '../../src/local-workers.ts';
import { createThumbnailer } from '../../src/sheet/thumbnails.ts';
import { writeSheet } from '../../src/sheet/write.ts';
import { defaultConcurrency, defaultMemoryBudget } from '../../src/workers/budget.ts';
import { chromiumPath, openPage, startChromium } from '../../test/helpers/chromium.ts';
import { madeUp, madeUpHead, photosIn } from './made-up.ts';

const count = Number(process.argv[2] ?? 3000);
const photos = photosIn(resolve(process.argv[3] ?? 'examples/photos'));
const results = photosIn(resolve(process.argv[4] ?? process.argv[3] ?? 'examples/photos'));
const kept = process.argv[5];
const folder = kept ?? (await mkdtemp(join(tmpdir(), 'imgsys-sheet-')));
const file = join(folder, 'sheet.html');
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

const { pool, budget } = startLocalWorkers(defaultConcurrency(), defaultMemoryBudget(), process.env);
const begun = performance.now();
let most = 0;
await writeSheet(file, madeUpHead(folder), madeUp(photos, results, count, folder), {
  token: 'bench',
  thumbnailer: createThumbnailer(pool, budget, new AbortController().signal),
  onProgress() {
    most = Math.max(most, process.memoryUsage.rss());
  },
});
pool.close();
console.log(`${count} pictures, of ${photos.length} files`);
console.log(
  `written in ${seconds(performance.now() - begun)}, ${((await stat(file)).size / 1e6).toFixed(1)} MB`,
);
console.log(`memory of the main process at most ${Math.round(most / 2 ** 20)} MiB`);
if (chromiumPath === undefined) console.log('no Chromium: the page was not looked at');
else await look();
if (kept === undefined) await rm(folder, { recursive: true });

async function look(): Promise<void> {
  const browser = await startChromium();
  try {
    const { page, complaints } = await openPage(browser, file);
    const paint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    );
    const loaded = await page.evaluate(() => performance.getEntriesByType('navigation')[0]?.duration ?? 0);
    const frames = await page.evaluate(async () => {
      const times: number[] = [];
      const root = document.documentElement;
      let last = performance.now();
      for (let step = 0; step < 120; step += 1) {
        scrollTo(0, (root.scrollHeight * step) / 120);
        const now = await new Promise<number>((done) => requestAnimationFrame(done));
        times.push(now - last);
        last = now;
      }
      times.sort((a, b) => a - b);
      return {
        median: times[60] ?? 0,
        worst: times.at(-1) ?? 0,
        cells: document.querySelectorAll('.cell').length,
      };
    });
    console.log(`first paint after ${seconds(paint)}, whole page read after ${seconds(loaded)}`);
    console.log(
      `scrolled through in 120 steps: ${frames.median.toFixed(0)} ms a frame, at worst ${frames.worst.toFixed(0)} ms, ${frames.cells} cells on the page`,
    );
    console.log(`complaints: ${complaints.length}`);
  } finally {
    await browser.close();
  }
}
