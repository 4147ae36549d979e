// Where the time of `local` goes on one core: processor time of each stage for a 12 MP JPEG, decoding and encoding included.
// Run: taskset -c 0 node bench/quality/stages.ts [PRESET]. The photograph is found by IMGSYS_SHARED.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { decode } from '../../src/images/decode.ts';
import { encode } from '../../src/images/encode.ts';
import { inspect } from '../../src/images/inspect.ts';
import { analyse } from '../../src/providers/local/analyse.ts';
import { applyPlan } from '../../src/providers/local/apply.ts';
import { describePlan, makePlan } from '../../src/providers/local/plan.ts';
import { machine } from '../measure.ts';
import { faults } from './faults.ts';
import { loadPhoto } from './photos.ts';
import { presetNamed } from './presets.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shared = resolve(root, process.env.IMGSYS_SHARED ?? '../shared');
const path = join(shared, 'corpora/photos/42_IndexError.jpg');
const photo = readFileSync(path);
const { look, strength } = presetNamed(process.argv[2] ?? 'auto');
const limits = { maxPixels: 1e8, svg: false };
const wish = { format: 'jpeg', quality: 90, metadata: 'keep', gps: 'keep' } as const;
const rounds = 3;

sharp.concurrency(1);
console.log(machine());
await show('as it is', photo);
await show('dark', await jpegOf(sharp(photo).linear(0.45)));
await show('hazy', await jpegOf(sharp(photo).linear(0.5, 95)));
await show('noisy', await noisy());

// The best of the rounds after one that does not count.
async function show(name: string, bytes: Buffer): Promise<void> {
  let best: { readonly total: number; readonly line: string } | undefined;
  for (let round = 0; round <= rounds; round++) {
    const stages = await run(bytes);
    const total = Object.values(stages.ms).reduce((sum, ms) => sum + ms, 0);
    const parts = Object.entries(stages.ms).map(([stage, ms]) => `${stage} ${ms.toFixed(0)}`);
    const line = `${name.padEnd(9)} ${(total / 1000).toFixed(2)} s  ${parts.join(', ')} ms  (${stages.text})`;
    if (round > 0 && total < (best?.total ?? Number.POSITIVE_INFINITY)) best = { total, line };
  }
  console.log(best?.line);
}

async function run(bytes: Buffer) {
  const ms: Record<string, number> = {};
  const timed = async <Value>(stage: string, work: () => Promise<Value> | Value): Promise<Value> => {
    const before = process.cpuUsage();
    const value = await work();
    const { user, system } = process.cpuUsage(before);
    ms[stage] = (user + system) / 1000;
    return value;
  };
  const facts = await inspect(bytes, limits, 'photo.jpg');
  const { raster } = await timed('decode', () => decode(bytes, facts, limits));
  const analysis = await timed('analyse', () => analyse(raster));
  const plan = await timed('plan', () => makePlan(analysis, { look, scale: 1, strength }));
  const after = await timed('apply', () => applyPlan(raster, plan, analysis.light));
  await timed('encode', () => encode(after, { bytes, facts }, wish));
  return { ms, text: describePlan(plan) };
}

function jpegOf(picture: Sharp): Promise<Buffer> {
  return picture.jpeg({ quality: 95 }).toBuffer();
}

async function noisy(): Promise<Buffer> {
  const make = faults.find(({ name }) => name === 'noise 15')?.make;
  if (make === undefined) throw new Error('there is no such fault');
  const { data, width, height, channels } = make((await loadPhoto(path, 100_000)).raster);
  return jpegOf(sharp(data, { raw: { width, height, channels } }));
}
