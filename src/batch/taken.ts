// A result that was put aside, and that has its place now, lies in `_review` no longer.
import { unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { ItemError, systemCode } from '../errors.ts';
import { sha256OfFile } from '../hash-file.ts';
import { asWriteError } from '../outputs/problem.ts';
import { noteReason, reviewPlace } from '../outputs/review.ts';
import type { BatchEvent } from '../report/events.ts';
import { reviewName } from '../review-folder.ts';
import type { Source } from '../sources/source.ts';
import { syncFolder } from '../sync-folder.ts';
import type { FinishedOutput, RunLedger } from './ledger.ts';
import type { BatchOptions } from './options.ts';
import { identify, isOutput, isSame } from './recheck.ts';

interface TakenParts {
  readonly ledger: RunLedger;
  readonly options: BatchOptions;
  readonly emit: (event: BatchEvent) => Promise<void>;
}

/** What an earlier run put aside of `source`, to be asked before its place is recorded; undefined where nothing was. */
export function rowAside(
  source: Source,
  place: string,
  { ledger, options }: Pick<TakenParts, 'ledger' | 'options'>,
): FinishedOutput | undefined {
  const { outputFolder, onDrift, recipeKey, provider, dryRun } = options;
  // What is made here has not drifted.
  if (outputFolder === undefined || onDrift !== 'keep' || provider === 'local' || dryRun) return undefined;
  const last = ledger.finishedBySource(source.path, recipeKey, outputFolder);
  const isAside = last?.outputPath.startsWith(join(outputFolder, reviewName) + sep) === true;
  const row = isAside ? last : ledger.outputAt(reviewPlace(outputFolder, place));
  return row?.recipeKey === recipeKey && row.sourcePath === source.path ? row : undefined;
}

/**
 * Takes out of `_review` what stands at `place` byte by byte, as the ledger knows, and durably; what somebody changed stays.
 * Several processes may do it. What keeps it there is a warning: the picture itself is finished.
 */
export async function clearAside(
  aside: FinishedOutput | undefined,
  place: string,
  { ledger, options, emit }: TakenParts,
): Promise<void> {
  const { outputFolder } = options;
  if (aside === undefined || outputFolder === undefined) return;
  try {
    if (!(await isTwin(aside, ledger.outputAt(place)))) return;
    await unlink(aside.outputPath);
    await syncFolder(dirname(aside.outputPath));
    await noteReason(outputFolder, aside.outputPath, `taken, it is ${relative(outputFolder, place)} now`);
  } catch (error) {
    // Another process took it first.
    if (systemCode(error) === 'ENOENT') return;
    if (systemCode(error) === undefined && !(error instanceof ItemError)) throw error;
    const { message } = asWriteError(error) as ItemError;
    await emit({
      type: 'warning',
      message: `${aside.outputPath}: ${message}`,
      hint: `its picture has its place: delete it in ${reviewName} yourself`,
    });
  }
}

// Whether both are two files with the same bytes, as imgsys wrote them; what is written while this looks shows in the times.
async function isTwin(aside: FinishedOutput, taken: FinishedOutput | undefined): Promise<boolean> {
  if (taken?.output === undefined || taken.output.sha256 !== aside.output?.sha256) return false;
  const [there, place] = [await identify(aside.outputPath), await identify(taken.outputPath)];
  if (there === undefined || place === undefined || there.isLink || place.isLink) return false;
  if (there.inode === place.inode && there.device === place.device) return false;
  if (!isOutput(aside, there) || !isOutput(taken, place)) return false;
  if ((await sha256OfFile(aside.outputPath)) !== aside.output.sha256) return false;
  const then = await identify(aside.outputPath);
  return then !== undefined && isSame(there, then);
}
