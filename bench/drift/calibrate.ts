// How well the drift gate tells good results from altered ones: node bench/drift/calibrate.ts [long side] [photographs].
import { compare } from '../../src/images/drift/compare.ts';
import type { DriftMeasures, DriftTolerance } from '../../src/images/drift/drift.ts';
import { judge } from '../../src/images/drift/judge.ts';
import { shrink, smallSize } from '../../src/images/drift/small.ts';
import type { Raster } from '../../src/images/raster.ts';
import { type OperationName, operations } from '../../src/operations.ts';
import { toleranceFor } from '../../src/presets/drift-tolerances.ts';
import { examplePhotos, loadPhoto, untouchedPhotos } from '../quality/photos.ts';
import { type Edit, gross, legitimate, small, special } from './edits.ts';

const [longSide = 384, most = 20] = process.argv.slice(2).map(Number);

interface Measured {
  readonly edit: Edit;
  /** By the part that counts. */
  readonly of: Readonly<Record<DriftTolerance['of'], DriftMeasures>>;
}

// Each scene once, and no thumbnails.
const paths = [...untouchedPhotos, ...examplePhotos].filter(
  (path) => !/Landscape_[2-8]|Canon_40D/.test(path),
);
const photos = await Promise.all(
  paths.slice(0, most).map(async (path) => inColour((await loadPhoto(path, longSide)).raster)),
);
if (photos.length === 0) throw new Error('no photographs: set IMGSYS_SHARED');
console.log(`${photos.length} photographs of ${longSide} pixels; least, median and most of each measure`);
console.log(
  `${'edit'.padEnd(28)}${['structure', 'of the rest', 'of the subject', 'edges', 'colour'].map((name) => name.padStart(18)).join('')}  unchanged blank`,
);

const groups = {
  good: await measureAll(legitimate),
  special: await measureAll(special),
  gross: await measureAll(gross),
  small: await measureAll(small),
};

for (const { name } of operations.filter((one) => one.name !== 'remove-background')) tell(name);

async function measureAll(edits: readonly Edit[]): Promise<Measured[]> {
  const all: Measured[] = [];
  for (const edit of edits) {
    const rows: Measured[] = [];
    for (const [at, one] of photos.entries()) {
      const made = await edit.make(one, photos[(at + 5) % photos.length] as Raster);
      const size = smallSize(one);
      const [before, after] = [shrink(one, size), shrink(made, size)];
      const measure = (operation: OperationName) =>
        compare(before, after, toleranceFor({ operation })).measures;
      const of = {
        picture: measure('enhance'),
        rest: measure('retouch'),
        subject: measure('replace-background'),
      };
      rows.push({ edit, of });
    }
    tellMeasures(edit, rows);
    all.push(...rows);
  }
  return all;
}

function tellMeasures({ name }: Edit, rows: readonly Measured[]): void {
  const spread = (of: (row: Measured) => number) => {
    const sorted = rows.map(of).sort((a, b) => a - b);
    return [0, 0.5, 1]
      .map((share) => (sorted[Math.round(share * (sorted.length - 1))] as number).toFixed(2))
      .join(' ')
      .padStart(18);
  };
  const shares = [
    spread((row) => row.of.picture.structure),
    spread((row) => row.of.rest.structure),
    spread((row) => row.of.subject.structure),
  ];
  const others = [spread((row) => row.of.picture.edges), spread((row) => row.of.picture.colour)];
  const count = (of: (row: Measured) => boolean) => String(rows.filter(of).length).padStart(6);
  const flags = `${count((row) => row.of.picture.unchanged)}${count((row) => row.of.picture.blank)}`;
  console.log(`${name.padEnd(28)}${[...shares, ...others].join('')}${flags}`);
}

// How often each edit is told of, with the tolerance of an operation.
function tell(operation: OperationName): void {
  const tolerance = toleranceFor({ operation });
  const told = ({ of }: Measured) => judge({ ...of[tolerance.of], unchanged: false }, tolerance).length > 0;
  const isGood = ({ edit: { goodFor } }: Measured) =>
    goodFor === 'any' || goodFor?.includes(operation) || operation === 'enhance';
  const good = [
    ...groups.good.filter(isGood),
    ...groups.special.filter(({ edit }) => edit.goodFor?.includes(operation)),
  ];
  const share = (rows: readonly Measured[]) =>
    `${rows.filter(told).length} of ${rows.length} (${((100 * rows.filter(told).length) / Math.max(1, rows.length)).toFixed(1)} %)`;
  console.log(
    `\n${operation}: structure ${tolerance.structure}, colour ${tolerance.colour}, edges ${tolerance.edges}`,
  );
  console.log(`  false alarms ${share(good)}; gross alterations told ${share(groups.gross)}`);
  for (const [what, rows] of [
    ['false alarms', good],
    ['gross', groups.gross],
    ['small', groups.small],
  ] as const) {
    const byEdit = [...Map.groupBy(rows, ({ edit }) => edit.name)];
    const parts = byEdit
      .filter(([, of]) => what !== 'false alarms' || of.some(told))
      .map(([name, of]) => `${name} ${Math.round((100 * of.filter(told).length) / of.length)} %`);
    console.log(`  ${what}: ${parts.join(', ') || 'none'}`);
  }
}

function inColour(raster: Raster): Raster {
  if (raster.channels === 3) return raster;
  const data = Uint8Array.from(
    { length: raster.data.length * 3 },
    (_, at) => raster.data[Math.floor(at / 3)] as number,
  );
  return { ...raster, data, channels: 3 };
}
