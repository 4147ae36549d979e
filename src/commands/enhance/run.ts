import { createStops, type Stops } from '../../batch/stops.ts';
import type { Context } from '../../context.ts';
import { withKeys } from '../../credentials/key-context.ts';
import type { FindBought } from '../../remote-run.ts';
import type { Reporter } from '../../report/events.ts';
import type { Found } from '../../sources/source.ts';
import type { EnhanceFlags } from '../enhance.ts';
import { checkFolders } from './folders.ts';
import { countSources, findSources, type Input, keepList, listed, onlyThese, openInput } from './input.ts';
import { lockPlace } from './lock-flag.ts';
import type { LockKeeping, openLock } from './lock-keeping.ts';
import { createOpening } from './opening.ts';
import { checkFlags, type Enhancement } from './options.ts';
import { enhancePipe } from './pipe.ts';
import { type RecordParts, runAndRecord } from './record.ts';
import type { Asked } from './sent.ts';
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
  const input: Input = named
    ? { kind: 'paths', paths }
    : more.only === undefined
      ? await keepList(await openInput(context), enhancement.work.kind === 'remote')
      : { kind: 'list', entries: listed(more.only, context.cwd) };
  if (input.kind === 'image') return enhancePipe(input.bytes, flags, enhancement, context);
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
  if (input.kind === 'list' && more.only === undefined) {
    stops.drain.addEventListener('abort', () => context.streams.stdin.destroy());
  }
  try {
    const find = () => onlyThese(findSources(input, enhancement, stops, context), more.only);
    const pictures = await countFor(input, find, enhancement, reporter, stops);
    const opened = createOpening({ find, enhancement, reporter, stops, context, pictures, more });
    const invocation = { cwd: context.cwd, paths: named ? paths : [], flags };
    const parts = { reporter: opened.reporter, stops, context, open: opened.open };
    const record = (by: RecordParts) => runAndRecord(opened.sources(), enhancement, invocation, by);
    await (lock === undefined ? record(parts) : lock.during(parts, record));
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
