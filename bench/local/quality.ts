// How close `auto` brings photographs with a known fault to their originals, and how far it moves good ones.
// node bench/local/quality.ts [--verbose] [--only=KIND]. The corpus is found by IMGSYS_SHARED. Writes sheets of before and after.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '../../src/images/raster.ts';
import { autoLook } from '../../src/presets/looks.ts';
import { analyse } from '../../src/providers/local/analyse.ts';
import { applyPlan } from '../../src/providers/local/apply.ts';
import { describePlan, makePlan } from '../../src/providers/local/plan.ts';
import { meanDeltaE, psnr } from './difference.ts';
import { faults } from './faults.ts';
import { examplePhotos, goodPhotos, loadPhoto } from './photos.ts';
import { writeSheet } from './sheet.ts';

const verbose = process.argv.includes('--verbose');
const only = process.argv.find((word) => word.startsWith('--only='))?.slice(7);
const folder = mkdtempSync(join(tmpdir(), 'imgsys-quality-'));

function enhance(raster: Raster): { readonly after: Raster; readonly text: string } {
  const plan = makePlan(analyse(raster), { look: autoLook, scale: 1, strength: 0.65 });
  return { after: applyPlan({ ...raster, data: raster.data.slice() }, plan), text: describePlan(plan) };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const cell = (value: number, digits = 2) => value.toFixed(digits).padStart(8);

const originals = await Promise.all(goodPhotos.map((path) => loadPhoto(path, 800)));
console.log(`${'fault'.padEnd(18)}   delta E before    after     PSNR before    after   farther by > 1`);
for (const fault of faults.filter(({ kind }) => only === undefined || kind === only)) {
  const rows = originals.map(({ name, raster }) => {
    const faulty = fault.make(raster);
    const { after, text } = enhance(faulty);
    const [from, to] = [meanDeltaE(raster, faulty), meanDeltaE(raster, after)];
    if (verbose) console.log(`  ${name.slice(0, 24).padEnd(24)} ${cell(from)} -> ${cell(to)}  ${text}`);
    return { from, to, psnrFrom: psnr(raster, faulty), psnrTo: psnr(raster, after) };
  });
  const column = (key: keyof (typeof rows)[number]) => cell(mean(rows.map((row) => row[key])));
  const worse = rows.filter(({ from, to }) => to > from + 1).length;
  console.log(
    `${fault.name.padEnd(18)} ${column('from')} ${column('to')}     ${column('psnrFrom')} ${column('psnrTo')}   ${worse} of ${rows.length}`,
  );
}

const moved: number[] = [];
for (const path of [...examplePhotos, ...goodPhotos].filter(() => only === undefined)) {
  const { name, raster } = await loadPhoto(path, 100_000);
  const { after, text } = enhance(raster);
  const distance = meanDeltaE(raster, after);
  if (goodPhotos.includes(path)) moved.push(distance);
  await writeSheet(raster, after, join(folder, `${name}.png`));
  console.log(`${name.slice(0, 30).padEnd(30)} moved ${cell(distance)}  ${text}`);
}
if (moved.length > 0) console.log(`good photographs move by delta E ${mean(moved).toFixed(2)} in the mean`);
console.log(`sheets: ${folder}`);
