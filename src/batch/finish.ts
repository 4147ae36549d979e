import { ItemError } from '../errors.ts';
import { backUp } from '../outputs/backup.ts';
import { commit, discard, type Written } from '../outputs/write.ts';
import type { BatchEvent } from '../report/events.ts';
import type { Source } from '../sources/source.ts';
import type { EngineResult, OpenImage } from './engine.ts';
import type { RunLedger } from './ledger.ts';
import type { BatchOptions } from './options.ts';
import { shownPlace } from './place.ts';
import { identify, isSame } from './recheck.ts';

/** A result that lies beside its place under a temporary name. */
export interface Made {
  readonly place: string;
  readonly tempPath: string;
  readonly replace: boolean;
  readonly image: OpenImage;
  readonly result: EngineResult;
}

export interface FinishParts {
  readonly ledger: RunLedger;
  readonly options: BatchOptions;
  readonly emit: (event: BatchEvent) => Promise<void>;
  readonly nowMs: () => number;
}

/** Gives a result its final name, records it and tells it. On failure nothing is left behind but what stood before. */
export async function finish(
  source: Source,
  made: Made,
  parts: FinishParts,
  startedMs: number,
): Promise<void> {
  const { options, ledger } = parts;
  const { place, tempPath, image, result } = made;
  let ms: number;
  let written: Written;
  try {
    written =
      options.outputFolder === undefined
        ? await replaceOriginal(source, made, options, ledger.token)
        : await settle(made);
    ms = Math.round(parts.nowMs() - startedMs);
    const elapsedMs = ms;
    const { sha256, size, mtimeNs, inode } = image;
    await ledger.done(
      {
        outputPath: place,
        sourcePath: source.path,
        recipeKey: options.recipeKey,
        outputFolder: options.outputFolder ?? '',
        jobKey: options.jobKey(sha256),
        state: result.state,
        source: { sha256, size, mtimeNs, inode },
        output: { sha256: result.sha256, size: written.size, mtimeNs: written.mtimeNs, inode: written.inode },
        plan: result.steps,
      },
      { source: source.path, output: place, state: result.state, elapsedMs },
    );
  } catch (error) {
    await discard(tempPath);
    await ledger.release(place);
    throw error;
  }
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
    planText: result.text,
    warnings: result.warnings,
    ms,
  });
}

function settle({ tempPath, place, replace, image }: Made): Promise<Written> {
  return commit(tempPath, place, { atimeNs: image.atimeNs, mtimeNs: image.mtimeNs, replace });
}

// In place: the original is copied first if asked, and never replaced when somebody wrote to it meanwhile.
async function replaceOriginal(
  source: Source,
  made: Made,
  options: BatchOptions,
  token: string,
): Promise<Written> {
  const { tempPath, place, image, result } = made;
  const now = await identify(place);
  if (now === undefined || !isSame(now, image)) {
    throw new ItemError('changed-while-read', 'changed while it was worked on, so it was not replaced', {
      hint: 'run again when nobody writes to it',
    });
  }
  if (result.sha256 === image.sha256) {
    await discard(tempPath);
    return now;
  }
  if (options.backupFolder !== undefined)
    await backUp(source.path, options.backupFolder, source.relative, token);
  return commit(tempPath, place, {
    atimeNs: image.atimeNs,
    mtimeNs: image.mtimeNs,
    mode: image.mode,
    replace: true,
  });
}
