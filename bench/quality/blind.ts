// Sheets for people to judge blind: two versions of a photograph, A and B, one of them as a preset of `local` makes it.
// node bench/quality/blind.ts FOLDER [--seed N] [--preset NAME]. What is which goes to key.json beside the folder, not in it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { faults } from './faults.ts';
import { enhance, leaves } from './measure.ts';
import { examplePhotos, goodPhotos, loadPhoto } from './photos.ts';
import { faultsFor, presetNamed } from './presets.ts';
import { writeSheet } from './sheet.ts';
import { shownFaults } from './shown.ts';

// Faults are put on photographs of a size at which they are seen both in the whole and pixel for pixel.
const faultySide = 1600;
const untouchedCount = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, preset: { type: 'string', default: 'auto' } },
});
const [target] = positionals;
if (target === undefined || positionals.length > 1) throw new Error('name one folder for the sheets');
if (!/^[1-9]\d{0,8}$/.test(values.seed)) throw new Error('--seed takes a number from 1 to 999999999');
const folder = resolve(target);
mkdirSync(folder, { recursive: true });
const preset = presetNamed(values.preset);

interface Picture {
  readonly path: string;
  /** A name of faults.ts, 'example' for what an example photograph comes with, or 'untouched'. */
  readonly fault: string;
}

const next = series(Number(values.seed));
const withFault: readonly Picture[] = [
  ...shownFaults
    .filter(({ fault }) => faultsFor(preset.name).some(({ name }) => name === fault))
    .flatMap(({ photo, fault }) =>
      goodPhotos.filter((path) => basename(path) === photo).map((path) => ({ path, fault })),
    ),
  ...examplePhotos.filter((path) => !goodPhotos.includes(path)).map((path) => ({ path, fault: 'example' })),
];

// What would be copied as it is cannot be judged: left out, and counted as tied.
const tied: { readonly name: string; readonly fault: string }[] = [];
const untouched = goodPhotos.map((path) => ({ path, fault: 'untouched' }));
const faulty = await changed(withFault);
const moved = await changed(untouched);

const pictures = shuffle([...faulty, ...shuffle(moved).slice(0, untouchedCount)]);
const sheets = [];
for (const [at, picture] of pictures.entries()) {
  const number = `${at + 1}`.padStart(2, '0');
  sheets.push({ number, ...(await writeBlind(picture, join(folder, `${number}.png`))) });
}
const key = { preset: preset.name, seed: Number(values.seed), sheets, tied };
writeFileSync(join(dirname(folder), 'key.json'), `${JSON.stringify(key, null, 2)}\n`);
console.log(`${sheets.length} sheets; ${tied.length} left out because the preset leaves them as they are`);

async function changed(pictures: readonly Picture[]): Promise<Picture[]> {
  const kept: Picture[] = [];
  for (const picture of pictures) {
    const { name, before } = await load(picture);
    if (leaves(preset, before)) tied.push({ name, fault: picture.fault });
    else kept.push(picture);
  }
  return kept;
}

async function load({ path, fault }: Picture) {
  const made = faults.find(({ name }) => name === fault);
  const { name, raster } = await loadPhoto(path, made === undefined ? 100_000 : faultySide);
  return { name, before: made === undefined ? raster : made.make(raster) };
}

async function writeBlind(picture: Picture, sheet: string) {
  const { name, before } = await load(picture);
  const { after, text } = enhance(before, preset);
  const afterIs = next() < 0.5 ? 'A' : 'B';
  const [left, right] = afterIs === 'A' ? [after, before] : [before, after];
  await writeSheet(left, right, sheet, { side: 1000, letters: true });
  return { name, fault: picture.fault, after: afterIs, plan: text };
}

function shuffle<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, order: next() }))
    .sort((one, other) => one.order - other.order)
    .map(({ item }) => item);
}

// Numbers between 0 and 1 (Park and Miller). The first few of a small seed are small, so they are left out.
function series(seed: number): () => number {
  let state = seed;
  const draw = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let n = 0; n < 10; n++) draw();
  return draw;
}
