import { join } from 'node:path';
import { ItemError } from '../errors.ts';
import { collisionKey, outputPlace, renamed } from '../outputs/name.ts';
import type { Source } from '../sources/source.ts';
import type { Engine, OpenImage } from './engine.ts';
import type { FinishedOutput, RunLedger } from './ledger.ts';
import type { BatchOptions } from './options.ts';
import { type FileIdentity, identify, isOutput, isSame } from './recheck.ts';

const mostRenames = 10_000;

/** Where the output of `source` goes. Throws ItemError `collision` where another source of this run has that place. */
export async function choosePlace(
  source: Source,
  image: OpenImage,
  ledger: RunLedger,
  options: BatchOptions,
): Promise<string> {
  if (options.outputFolder === undefined) return source.path;
  const place = outputPlace(source.relative, {
    folder: options.outputFolder,
    template: options.template,
    suffix: options.suffix,
    preset: options.preset,
    format: image.target,
    platform: options.platform,
  });
  const first = ledger.seen(collisionKey(place), source.path);
  if (first === undefined || first === source.path) return place;
  if (options.onExists === 'rename') return nextFreePlace(place, source, ledger);
  throw collision(place, first);
}

/** Two sources of one run lead to the same output. */
export function collision(place: string, first: string): ItemError {
  return new ItemError('collision', `its output would be the same file as that of ${first}: ${place}`, {
    hint: "tell them apart with --on-exists rename, or --name '{name}-{source-ext}.{ext}'",
  });
}

/** The first of `bath-2.jpg`, `bath-3.jpg` … that neither a file nor a source of this run holds. */
export async function nextFreePlace(place: string, source: Source, ledger: RunLedger): Promise<string> {
  for (let n = 2; n < mostRenames; n += 1) {
    const candidate = renamed(place, n);
    if ((await identify(candidate)) !== undefined) continue;
    if (ledger.seen(collisionKey(candidate), source.path) === undefined) return candidate;
  }
  throw new ItemError('collision', `no free name near ${place}`);
}

/** What to do about an output place: write it, replace what is there, or leave the source alone. */
export type Verdict =
  | { readonly kind: 'write'; readonly replace: boolean }
  | { readonly kind: 'done'; readonly row: FinishedOutput }
  | { readonly kind: 'rename' }
  | { readonly kind: 'skip'; readonly reason: 'output-exists' | 'output-changed' };

/**
 * Decides by what lies at `place` now. What imgsys wrote there from an older state of the same source is replaced; a
 * damaged output is made again; everything else follows `--on-exists`.
 */
export async function judgePlace(
  place: string,
  source: Source,
  image: OpenImage,
  ledger: RunLedger,
  engine: Engine,
  options: BatchOptions,
): Promise<Verdict> {
  const inPlace = options.outputFolder === undefined;
  const there = await identify(place);
  if (inPlace) return { kind: 'write', replace: true };
  if (there === undefined) return { kind: 'write', replace: false };
  await refuseOriginal(there, source);
  const row = ledger.outputAt(place);
  const ours = row?.recipeKey === options.recipeKey;
  if (row !== undefined && ours && isOutput(row, there)) {
    if (row.source.sha256 === image.sha256 && !options.force) return { kind: 'done', row };
    if (row.sourcePath === source.path) return { kind: 'write', replace: true };
  }
  if (row !== undefined && ours && !(await isWhole(place, engine))) return { kind: 'write', replace: true };
  return byWish(place, row !== undefined && !isOutput(row, there), options);
}

function byWish(place: string, changed: boolean, options: BatchOptions): Verdict {
  if (options.force || options.onExists === 'overwrite') return { kind: 'write', replace: true };
  if (options.onExists === 'fail') {
    throw new ItemError('output-exists', `the output exists: ${place}`, {
      hint: 'choose another folder, or --on-exists skip, overwrite or rename',
    });
  }
  if (options.onExists === 'rename') return { kind: 'rename' };
  return { kind: 'skip', reason: changed ? 'output-changed' : 'output-exists' };
}

// A link or a folder given twice can make the output the very file it is made from.
async function refuseOriginal(there: FileIdentity, source: Source): Promise<void> {
  if (!isSame(there, source)) return;
  throw new ItemError('collision', 'its output would replace the original', {
    hint: 'choose another output folder, or ask for it with --in-place',
  });
}

async function isWhole(place: string, engine: Engine): Promise<boolean> {
  try {
    await engine.check(place);
    return true;
  } catch (error) {
    if (error instanceof ItemError && ['damaged', 'empty', 'not-an-image'].includes(error.reason))
      return false;
    throw error;
  }
}

/** The path as the user would write it: below the output folder as given. */
export function shownPlace(place: string, options: BatchOptions): string {
  const { outputFolder, outputShown } = options;
  if (outputFolder === undefined || !place.startsWith(outputFolder)) return place;
  return join(outputShown, place.slice(outputFolder.length));
}
