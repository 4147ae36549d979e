// What becomes of results that have moved too far from their pictures.
import { join, sep } from 'node:path';
import { type AnswerFault, ChargedForNothing, ItemError } from '../errors.ts';
import { sha256OfFile } from '../hash-file.ts';
import type { DriftReason } from '../images/drift/drift.ts';
import { collisionKey, renamed } from '../outputs/name.ts';
import { moveBeside, noteReason, reviewPlace } from '../outputs/review.ts';
import { discard } from '../outputs/write.ts';
import type { MadeBy } from '../report/made.ts';
import { reviewName } from '../review-folder.ts';
import type { Source } from '../sources/source.ts';
import type { EngineResult, OpenImage } from './engine.ts';
import type { Made } from './finish.ts';
import type { RunLedger } from './ledger.ts';
import type { BatchOptions } from './options.ts';
import { identify, isOutput } from './recheck.ts';
import type { Stops } from './stops.ts';

/** `reject`: a result that is not taken. What it was made of is kept, and told. */
export class DriftError extends ItemError {
  readonly made: MadeBy;

  constructor(result: EngineResult, made: MadeBy, runId: string) {
    super('drifted', driftInWords(result) ?? 'does not look like its picture', {
      hint: `look at it, for nothing: imgsys runs finish ${runId} --on-drift review (keep takes it as it is)`,
    });
    this.made = made;
  }
}

/** Why a result is beyond what is tolerated; undefined for one that is not. */
export function driftInWords({ drift, warnings }: EngineResult): string | undefined {
  if (drift === undefined || drift.reasons.length === 0) return undefined;
  return warnings.find(({ code }) => code === 'drift')?.message ?? `has drifted: ${drift.reasons.join(', ')}`;
}

/** Sees each result that is finished and what came of those that were not, in that order. */
export interface DriftWatch {
  see(result: EngineResult): void;
  failed(error: unknown): void;
}

/**
 * Stops the run when as many results as `driftStop` that were bought now, one after the other, are of no use for the same
 * reason, or drift for the same first reason: the next ones would, too. What drifts does not count where it is kept. Five
 * answers that are no pictures end the run before this does (src/purchases/refusals.ts): the fifth is no failed picture.
 */
export function watchDrift(
  { onDrift, driftStop }: Pick<BatchOptions, 'onDrift' | 'driftStop'>,
  stops: Pick<Stops, 'stop'>,
): DriftWatch {
  let [last, inRow]: [string | undefined, number] = [undefined, 0];
  // Files with the same content share a purchase, and its end.
  const seen = new WeakSet<Error>();

  function note(reason: DriftReason | AnswerFault | undefined, stop: 'drift' | 'useless-answers'): void {
    const why = reason && `${stop} ${reason}`;
    inRow = why === undefined ? 0 : why === last ? inRow + 1 : 1;
    last = why;
    if (driftStop > 0 && inRow >= driftStop) stops.stop(stop);
  }

  return {
    see({ drift, cost }) {
      if (cost?.reused === false) note(onDrift === 'keep' ? undefined : drift?.reasons[0], 'drift');
    },
    failed(error) {
      if (!(error instanceof ChargedForNothing) || seen.has(error)) return;
      seen.add(error);
      note(error.fault, 'useless-answers');
    },
  };
}

/** The place at which a source's result was put aside by an earlier run, if it is there as it was; undefined else. */
export async function findAside(
  place: string,
  image: OpenImage,
  ledger: RunLedger,
  { onDrift, outputFolder, recipeKey, force }: BatchOptions,
): Promise<string | undefined> {
  if (onDrift === 'keep' || outputFolder === undefined || force) return undefined;
  const aside = reviewPlace(outputFolder, place);
  const row = ledger.outputAt(aside);
  if (row?.recipeKey !== recipeKey || row.source.sha256 !== image.sha256) return undefined;
  if (!isOutput(row, await identify(aside))) return undefined;
  const { sha256, size, mtimeNs, inode } = image;
  await ledger.restamp(aside, { source: { sha256, size, mtimeNs, inode } });
  return aside;
}

/**
 * Whether what stands at `place` is the result that was put aside, taken there by the user who looked at it: then it is
 * done, and the ledger knows.
 */
export async function isTakenBack(
  source: Source,
  place: string,
  image: OpenImage,
  ledger: RunLedger,
  { outputFolder, recipeKey, force }: BatchOptions,
): Promise<boolean> {
  if (outputFolder === undefined || force) return false;
  const row = ledger.finishedBySource(source.path, recipeKey, outputFolder);
  if (row?.output === undefined || row.source.sha256 !== image.sha256 || row.outputPath === place)
    return false;
  if (!row.outputPath.startsWith(join(outputFolder, reviewName) + sep)) return false;
  const there = await identify(place);
  if (there?.size !== row.output.size || there.isLink || (await identify(row.outputPath)) !== undefined) {
    return false;
  }
  if (!isOutput(row, there) && (await sha256OfFile(place)) !== row.output.sha256) return false;
  const { sha256, size, mtimeNs, inode } = image;
  const output = { sha256: row.output.sha256, size: there.size, mtimeNs: there.mtimeNs, inode: there.inode };
  await ledger.adopt({ ...row, outputPath: place, source: { sha256, size, mtimeNs, inode }, output });
  return true;
}

const mostNames = 10_000;

/**
 * The result to be finished in `_review` instead of at its place, which is given back: under a name that nobody has.
 * The reason is noted first, so that no picture lies there without one.
 */
export async function putAside(
  source: Source,
  made: Made,
  why: string,
  { ledger, options }: { readonly ledger: RunLedger; readonly options: BatchOptions },
): Promise<Made> {
  const { outputFolder } = options;
  if (outputFolder === undefined) throw new Error('nothing is put aside in place');
  let { tempPath } = made;
  let claimed: string | undefined;
  try {
    const place = await claimAside(reviewPlace(outputFolder, made.place), source, ledger);
    claimed = place;
    tempPath = await moveBeside(tempPath, place, ledger.token);
    await noteReason(outputFolder, place, why);
    await ledger.release(made.place);
    return { ...made, place, tempPath, replace: false, aside: why };
  } catch (error) {
    await discard(tempPath);
    if (claimed !== undefined) await ledger.release(claimed);
    await ledger.release(made.place);
    throw error;
  }
}

async function claimAside(first: string, source: Source, ledger: RunLedger): Promise<string> {
  for (let n = 1; n < mostNames; n += 1) {
    const place = n === 1 ? first : renamed(first, n);
    const taken = ledger.seen(collisionKey(place), source.path);
    if (taken !== undefined && taken !== source.path) continue;
    if ((await ledger.claim(place, source.path)).kind !== 'mine') continue;
    if ((await identify(place)) === undefined) return place;
    await ledger.release(place);
  }
  throw new ItemError('collision', `no free name near ${first}`);
}
