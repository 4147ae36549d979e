// What comparing takes beside making a result: node bench/drift/cost.ts [file]; a photograph of 12 megapixels without one.
import { readFileSync } from 'node:fs';
import { decode } from '../../src/images/decode.ts';
import { compare } from '../../src/images/drift/compare.ts';
import { shrink, smallSize } from '../../src/images/drift/small.ts';
import { smallSource } from '../../src/images/drift/small-source.ts';
import { inspect } from '../../src/images/inspect.ts';
import { toleranceFor } from '../../src/presets/drift-tolerances.ts';
import { untouchedPhotos } from '../quality/photos.ts';

const path = process.argv[2] ?? untouchedPhotos.find((name) => name.includes('42_IndexError'));
if (path === undefined) throw new Error('no photograph: name one, or set IMGSYS_SHARED');
const limits = { maxPixels: 100e6, svg: false };
const bytes = readFileSync(path);
const facts = await inspect(bytes, limits, path);
const { raster } = await decode(bytes, facts, limits);
const tolerance = toleranceFor({ operation: 'enhance' });
console.log(
  `${facts.width}x${facts.height} ${facts.format}; milliseconds of processor time, the least of 10`,
);

const takes: Record<string, number> = {};
for (let round = 0; round < 10; round++) {
  const before = await timed('small copy of the source', () => smallSource({ bytes, facts }, limits));
  const after = await timed('small copy of the result', async () => shrink(raster, smallSize(facts)));
  await timed('comparing', async () => compare(before, after, tolerance));
}
for (const [what, ms] of Object.entries(takes)) console.log(`${what.padEnd(26)}${ms.toFixed(0).padStart(5)}`);

// Processor time: another program on the machine does not count.
async function timed<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  const start = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(start);
  takes[what] = Math.min(takes[what] ?? Number.POSITIVE_INFINITY, (user + system) / 1000);
  return value;
}
