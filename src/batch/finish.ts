import { ItemError } from '../errors.ts';
import { backUp } from '../outputs/backup.ts';
import { commit, discard, type Written } from '../outputs/write.ts';
import type { BatchEvent } from '../report/events.ts';
import type { MadeBy } from '../report/made.ts';
import type { Source } from '../sources/source.ts';
import { DriftError, type DriftWatch, driftInWords, putAside } from './drift.ts';
import type { EngineResult, OpenImage } from './engine.ts';
import type { FinishedOutput, RunLedger } from './ledger.ts';
import type { BatchOptions } from './options.ts';
import { refuseOriginal, shownPlace } from './place.ts';
import { identify, isSame } from './recheck.ts';
import { clearAside, rowAside } from './taken.ts';

/** A result that lies beside its place under a temporary name. */
export interface Made {
  readonly place: string;
  readonly tempPath: string;
  readonly replace: boolean;
  readonly image: OpenImage;
  readonly result: EngineResult;
  /** Why it lies in `_review`; absent for one that gets its own place. */
  readonly aside?: string;
}

export interface FinishParts {
  readonly ledger: RunLedger;
  readonly options: BatchOptions;
  readonly emit: (event: BatchEvent) => Promise<void>;
  readonly nowMs: () => number;
  readonly drift: DriftWatch;
}

/**
 * Gives a result its final name, records it and tells it. What the output will be is in the ledger before it gets its
 * name, so that a crash between the two is known for what it is. On failure nothing is left but what stood before. Throws
 * ItemError, `drifted` for one that is not taken.
 */
export async function finish(
  source: Source,
  first: Made,
  parts: FinishParts,
  startedMs: number,
): Promise<void> {
  parts.drift.see(first.result);
  const made = await gateDrifted(source, first, parts);
  const { options, ledger } = parts;
  const { place, tempPath, image, result } = made;
  let written: Written;
  let elapsedMs: number;
  let intended = false;
  let standsAside: FinishedOutput | undefined;
  const intend = async (sealed: Written) => {
    await ledger.intend(describe(source, made, sealed, options));
    intended = true;
  };
  try {
    written = await nameResult(source, made, parts, intend);
    elapsedMs = Math.round(parts.nowMs() - startedMs);
    const item = {
      source: source.path,
      output: place,
      state: result.state,
      elapsedMs,
      made: madeBy(made, options),
    };
    if (made.aside === undefined) standsAside = rowAside(source, place, parts);
    await ledger.done(describe(source, made, written, options), item);
  } catch (error) {
    await discard(tempPath);
    // With the intent, the end of the run looks at what stands there; without, nothing was named.
    if (!intended) await ledger.release(place);
    throw error;
  }
  await clearAside(standsAside, place, parts);
  await parts.emit({
    type: 'done',
    state: result.state,
    source: source.shown,
    output: shownPlace(place, options),
    format: image.target,
    width: result.width,
    height: result.height,
    bytes: written.size,
    plan: result.steps,
    skipped: result.skipped,
    planText: result.text,
    warnings: result.warnings,
    ...(made.aside !== undefined && { review: true as const }),
    ...(result.cost && { cost: result.cost }),
    ...(result.drift && { drift: result.drift }),
    ms: elapsedMs,
  });
}

// What has drifted goes where the user wants it.
async function gateDrifted(source: Source, made: Made, parts: FinishParts): Promise<Made> {
  const { options, ledger } = parts;
  const why = driftInWords(made.result);
  if (why === undefined || options.onDrift === 'keep') return made;
  if (options.onDrift === 'review') return putAside(source, made, why, parts);
  await discard(made.tempPath);
  await ledger.release(made.place);
  throw new DriftError(made.result, madeBy(made, options), ledger.runId);
}

async function nameResult(
  source: Source,
  made: Made,
  { options, ledger }: FinishParts,
  intend: (sealed: Written) => Promise<void>,
): Promise<Written> {
  const { tempPath, place, image, result, replace } = made;
  const { atimeNs, mtimeNs } = image;
  const inPlace = options.outputFolder === undefined;
  if (inPlace && result.sha256 === image.sha256) {
    await discard(tempPath);
    return image;
  }
  return commit(tempPath, place, {
    atimeNs,
    mtimeNs,
    replace,
    ...(inPlace ? { mode: image.mode, ownerOf: place } : {}),
    async onSealed(sealed) {
      if (inPlace) await guardOriginal(source, made, options, ledger.token);
      else if (replace) await refuseOriginal(place, source);
      await intend(sealed);
    },
  });
}

// In place: the original is copied first if asked, and never replaced when somebody wrote to it meanwhile.
async function guardOriginal(
  source: Source,
  made: Made,
  options: BatchOptions,
  token: string,
): Promise<void> {
  await refuseChanged(made);
  if (options.backupFolder === undefined) return;
  await backUp(source.path, options.backupFolder, source.relative, token);
  await refuseChanged(made);
}

async function refuseChanged({ place, image }: Made): Promise<void> {
  const now = await identify(place);
  if (now !== undefined && isSame(now, image)) return;
  throw new ItemError('changed-while-read', 'changed while it was worked on, so it was not replaced', {
    hint: 'run again when nobody writes to it',
  });
}

function describe(source: Source, made: Made, written: Written, options: BatchOptions): FinishedOutput {
  const { image, result, place } = made;
  const { sha256, size, mtimeNs, inode } = image;
  return {
    outputPath: place,
    sourcePath: source.path,
    recipeKey: options.recipeKey,
    outputFolder: options.outputFolder ?? '',
    jobKey: options.jobKey(sha256),
    state: result.state,
    source: { sha256, size, mtimeNs, inode },
    output: { sha256: result.sha256, size: written.size, mtimeNs: written.mtimeNs, inode: written.inode },
    plan: result.steps,
    made: madeBy(made, options),
  };
}

function madeBy({ result }: Made, { provider, preset }: BatchOptions): MadeBy {
  const { width, height, text, cost, drift, warnings } = result;
  return {
    ...{ provider: cost?.provider ?? provider, preset, width, height, text },
    ...(cost && { cost }),
    ...(warnings.length > 0 && { warnings }),
    ...(drift && { drift }),
  };
}
