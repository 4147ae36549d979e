// How close the presets of `local` bring photographs with a known fault to their originals, and how far good ones move.
// node bench/quality/quality.ts [--preset NAME|all] [--only KIND] [--verbose] [--sheets [FOLDER]] [--json FILE] [--jobs N]
// The corpus is found by IMGSYS_SHARED. The exit code is 1 where a promise does not hold.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultKinds } from './faults.ts';
import type { Task } from './measure.ts';
import { examplePhotos, goodPhotos, renderedArt, untouchedPhotos } from './photos.ts';
import { measureAll } from './pool.ts';
import { measuredPresets, presetNamed } from './presets.ts';
import { summarise } from './summary.ts';
import { tableOf } from './table.ts';

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    preset: { type: 'string', default: 'auto' },
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    sheets: { type: 'boolean', default: false },
    json: { type: 'string' },
    jobs: { type: 'string', default: '1' },
  },
});
const parts: readonly string[] = [...faultKinds, 'untouched'];
if (asked.only !== undefined && !parts.includes(asked.only)) {
  throw new Error(`--only takes one of: ${parts.join(', ')}`);
}
if (!/^[1-9]$/.test(asked.jobs)) throw new Error('--jobs takes a number from 1 to 9');
if (positionals.length > (asked.sheets ? 1 : 0)) throw new Error(`unexpected: ${positionals.join(' ')}`);

const names =
  asked.preset === 'all' ? measuredPresets.map(({ name }) => name) : [presetNamed(asked.preset).name];
const sheets = asked.sheets ? folderFor(positionals[0]) : undefined;

const tasksOf = (part: Task['part'], paths: readonly string[]): Task[] =>
  paths.map((path) => ({ path, part, presets: names, only: asked.only, sheets }));
const tasks = [
  ...(asked.only === 'untouched' ? [] : tasksOf('faults', goodPhotos)),
  ...(asked.only === undefined || asked.only === 'untouched'
    ? [
        ...tasksOf('untouched', untouchedPhotos),
        ...tasksOf('art', renderedArt),
        ...tasksOf('examples', examplePhotos),
      ]
    : []),
];

if (untouchedPhotos.length === 0)
  throw new Error('the corpus is not there: name its folder in IMGSYS_SHARED');
const rows = await measureAll(tasks, Number(asked.jobs));
const summaries = names.map((name) => summarise(name, rows));
for (const summary of summaries) console.log(tableOf(summary, asked.verbose));
if (sheets !== undefined) console.log(`sheets: ${sheets}`);
if (asked.json !== undefined) writeFileSync(asked.json, `${JSON.stringify({ summaries, rows }, null, 1)}\n`);
if (summaries.some(({ broken }) => broken.length > 0)) process.exitCode = 1;

function folderFor(path: string | undefined): string {
  if (path === undefined) return mkdtempSync(join(tmpdir(), 'imgsys-quality-'));
  mkdirSync(path, { recursive: true });
  return path;
}
