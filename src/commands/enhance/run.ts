import type { Readable } from 'node:stream';
import { createStops, type Stops } from '../../batch/stops.ts';
import type { Context } from '../../context.ts';
import { withKeys } from '../../credentials/key-context.ts';
import type { FindBought } from '../../remote-run.ts';
import type { Reporter } from '../../report/events.ts';
import type { Found } from '../../sources/source.ts';
import { checkFilesFrom, openList } from './files-from.ts';
import type { EnhanceFlags } from './flags.ts';
import { checkFolders } from './folders.ts';
import { countSources, findSources, type Input, keepList, listed, onlyThese, openInput } from './input.ts';
import { lockPlace } from './lock-flag.ts';
import type { LockKeeping, openLock } from './lock-keeping.ts';
import { createOpening } from './opening.ts';
import { checkFlags, type Enhancement } from './options.ts';
import { enhancePipe } from './pipe.ts';
import { type RanAndRecorded, type RecordParts, runAndRecord } from './record.ts';
import type { Asked } from './sent.ts';
import { checkSheetFile, checkSheetFlag, refuseSheetOfPipe, writeSheetOf } from './sheet-flag.ts';
import { heedSignals } from './signals.ts';
import { usage } from './usage.ts';

/** What later commands add to a run they go on with. */
export interface Continuation {
  /** Absolute paths of the pictures it is about; all without them. */
  readonly only?: ReadonlySet<string>;
  /** What the run asked services for, if it did. */
  readonly asked?: Asked | undefined;
  /** Nothing is bought: these purchases must do. */
  readonly bought?: FindBought;
  /** The user's word to buy once more what was charged without a picture. */
  readonly useless?: boolean;
}

/** Acts on `imgsys enhance`. Throws CommandError for what ends the command; the rest is told by the reporter. */
export async function runEnhance(
  paths: readonly string[],
  flags: EnhanceFlags,
  bare: Context,
  more: Continuation = {},
): Promise<void> {
  checkFilesFrom(paths, flags);
  checkSheetFlag(flags);
  const context = withKeys(bare, { input: flags.input ?? true });
  const enhancement = await checkFlags(flags, context, {
    ...{ asked: more.asked, offline: more.bought !== undefined },
  });
  const place = lockPlace(flags, context);
  const named = paths.length > 0 && !(paths.length === 1 && paths[0] === '-');
  if (named) {
    checkTarget(flags);
    await checkFolders(paths, enhancement.batch, context.cwd);
  }
  await checkSheetFile(flags, context);
  const { input, stream } = named
    ? { input: { kind: 'paths', paths } as const }
    : await inputOf(flags, enhancement, context, more);
  if (input.kind === 'image') {
    refuseSheetOfPipe(flags);
    return enhancePipe(input.bytes, flags, enhancement, context);
  }
  if (flags.showUpload !== undefined) {
    const { showUpload } = await import('./show-upload.ts');
    return showUpload(input, flags.showUpload, enhancement, context);
  }
  checkTarget(flags);
  const stops = createStops();
  const isPart = more.only !== undefined;
  const lock = place && (await keepLock(place, input, enhancement, { stops, context, isPart }));
  const reporter = await context.reporter({
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
    print0: flags.print0 ?? false,
  });
  const unheed = heedSignals(stops, context);
  // A list that nobody writes to any more must not keep the process alive.
  stops.drain.addEventListener('abort', () => stream?.destroy());
  try {
    const find = () => onlyThese(findSources(input, enhancement, stops, context), more.only);
    const pictures = await countFor(input, find, enhancement, reporter, stops);
    const opened = createOpening({ find, enhancement, reporter, stops, context, pictures, more });
    const invocation = { cwd: context.cwd, paths: named ? paths : [], flags };
    const parts = { reporter: opened.reporter, stops, context, open: opened.open };
    let ran: RanAndRecorded | undefined;
    const record = async (by: RecordParts) => {
      ran = await runAndRecord(opened.sources(), enhancement, invocation, by);
    };
    await (lock === undefined ? record(parts) : lock.during(parts, record));
    if (flags.contactSheet !== undefined) await writeSheetOf(ran, flags, enhancement, stops, context);
  } finally {
    lock?.close();
    unheed();
    reporter.close();
  }
}

// Loaded where it is asked for.
async function keepLock(...given: Parameters<typeof openLock>): Promise<LockKeeping> {
  return (await import('./lock-keeping.ts')).openLock(...given);
}

// What is not named by paths: a list from somewhere, or a picture; with the stream that it comes by, if any.
async function inputOf(
  { filesFrom }: EnhanceFlags,
  { work }: Enhancement,
  context: Context,
  { only }: Continuation,
): Promise<{ readonly input: Exclude<Input, { kind: 'paths' }>; readonly stream?: Readable }> {
  if (only !== undefined) return { input: { kind: 'list', entries: listed(only, context.cwd) } };
  const { stdin } = context.streams;
  const { input, stream } =
    filesFrom === undefined
      ? { input: await openInput(context), stream: stdin }
      : await openList(filesFrom, context);
  return { input: await keepList(input, work.kind === 'remote'), stream };
}

// How many files there are: for a paid run before it says what it costs, otherwise beside the run, for a live display.
async function countFor(
  input: Exclude<Input, { kind: 'image' }>,
  find: () => AsyncIterable<Found>,
  { work }: Enhancement,
  reporter: Reporter,
  stops: Stops,
): Promise<number | null> {
  if (work.kind === 'remote') {
    const files = await countSources(find(), stops);
    reporter.total(files);
    return files;
  }
  if (reporter.wantsTotal && input.kind === 'paths') {
    countSources(find(), stops).then(reporter.total, stops.fail);
  }
  return null;
}

function checkTarget({ output, inPlace }: EnhanceFlags): void {
  if (output === undefined && !inPlace) {
    throw usage(
      'where should the pictures go?',
      'name a folder: -o enhanced (or --in-place to replace the originals)',
    );
  }
}
