import { join } from 'node:path';
import { ItemError } from '../errors.ts';
import { collisionKey, outputPlace, renamed } from '../outputs/name.ts';
import type { Source } from '../sources/source.ts';
import type { OpenImage } from './engine.ts';
import type { FinishedOutput, Restamp, RunLedger } from './ledger.ts';
import type { BatchOptions } from './options.ts';
import { type FileIdentity, identify, isOutput, type Standing } from './recheck.ts';

const mostRenames = 10_000;

/** Where the output of `source` goes. Throws ItemError `collision` where another source of this run has that place. */
export async function choosePlace(
  source: Source,
  image: OpenImage,
  ledger: RunLedger,
  options: BatchOptions,
): Promise<string> {
  if (options.outputFolder === undefined) return ownPlace(source);
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

// In place a link would be replaced by a file, and the file it leads to left as it is.
async function ownPlace(source: Source): Promise<string> {
  if (!(await identify(source.path))?.isLink) return source.path;
  throw new ItemError('refused', 'is a link, and only files themselves are replaced', {
    hint: 'name the file that it leads to',
  });
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
  | { readonly kind: 'rename' }
  | { readonly kind: 'skip'; readonly reason: 'done' | 'output-exists' | 'output-changed' };

/**
 * Decides by what lies at `place` now. What imgsys wrote there and nobody changed is done, or replaced when the source is
 * a newer one; a cut-off output is made again; everything else follows `--on-exists`.
 */
export async function judgePlace(
  place: string,
  source: Source,
  image: OpenImage,
  ledger: RunLedger,
  options: BatchOptions,
): Promise<Verdict> {
  const row = ledger.outputAt(place);
  const written = row?.output === undefined ? undefined : row;
  const known = written?.recipeKey === options.recipeKey ? written : undefined;
  if (options.outputFolder === undefined) return judgeOriginal(known, image, ledger, options);
  const there = await identify(place);
  if (there === undefined) return { kind: 'write', replace: false };
  refuseIfOriginal(there, source);
  const state = written === undefined ? 'foreign' : await compare(written, there, image);
  if (known !== undefined && state === 'ours') {
    if (known.source.sha256 === image.sha256 && !options.force) {
      await ledger.restamp(place, { ...stampsOf(known, image, there), sourcePath: source.path });
      return { kind: 'skip', reason: 'done' };
    }
    if (known.sourcePath === source.path) return { kind: 'write', replace: true };
  }
  if (state === 'cut off') return { kind: 'write', replace: true };
  return byWish(place, row !== undefined && state !== 'ours', options);
}

// In place the source is the output of an earlier run as soon as its bytes are, whatever its times say.
async function judgeOriginal(
  known: FinishedOutput | undefined,
  image: OpenImage,
  ledger: RunLedger,
  options: BatchOptions,
): Promise<Verdict> {
  if (known?.output?.sha256 !== image.sha256 || options.force) return { kind: 'write', replace: true };
  const { sha256, size, mtimeNs, inode } = image;
  await ledger.restamp(known.outputPath, { output: { sha256, size, mtimeNs, inode } });
  return { kind: 'skip', reason: 'done' };
}

// What stands at the place of an output that the ledger knows: that output (perhaps copied or touched), what is left of
// it after a crash, or a file of somebody else's.
async function compare(
  known: FinishedOutput,
  there: FileIdentity,
  image: OpenImage,
): Promise<'ours' | 'cut off' | 'foreign'> {
  if (isOutput(known, there)) return 'ours';
  try {
    const { sha256 } = await image.check(known.outputPath);
    return sha256 === known.output?.sha256 ? 'ours' : 'foreign';
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    const shorter = there.size < (known.output?.size ?? 0);
    const broken = error.reason === 'damaged' || error.reason === 'empty';
    return broken && shorter ? 'cut off' : 'foreign';
  }
}

function stampsOf(known: FinishedOutput, image: OpenImage, there: FileIdentity): Restamp {
  const { sha256, size, mtimeNs, inode } = image;
  const output = { size: there.size, mtimeNs: there.mtimeNs, inode: there.inode };
  return {
    source: { sha256, size, mtimeNs, inode },
    output: { ...output, sha256: known.output?.sha256 ?? '' },
  };
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

/** Looks again, just before what stands at `place` is replaced: meanwhile a folder may have become a link. */
export async function refuseOriginal(place: string, source: Source): Promise<void> {
  const there = await identify(place);
  if (there !== undefined) refuseIfOriginal(there, source);
}

// A link or a folder given twice can make the output the very file it is made from.
function refuseIfOriginal(there: Standing, source: Source): void {
  if (there.inode !== source.inode || there.device !== source.device) return;
  throw new ItemError('collision', 'its output would replace the original', {
    hint: 'choose another output folder, or ask for it with --in-place',
  });
}

/** The path as the user would write it: below the output folder as given. */
export function shownPlace(place: string, options: BatchOptions): string {
  const { outputFolder, outputShown } = options;
  if (outputFolder === undefined || !place.startsWith(outputFolder)) return place;
  return join(outputShown, place.slice(outputFolder.length));
}
