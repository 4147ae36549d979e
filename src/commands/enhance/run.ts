import { resolve } from 'node:path';
import type { Engine } from '../../batch/engine.ts';
import { runBatch } from '../../batch/run.ts';
import { createStops, type Stops } from '../../batch/stops.ts';
import type { Context } from '../../context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import { sniff } from '../../images/sniff.ts';
import { isOurTemp } from '../../outputs/write.ts';
import type { Reporter } from '../../report/events.ts';
import { bindDryRun, bindRun } from '../../run-ledger.ts';
import { type DiscoverOptions, discover, discoverList } from '../../sources/discover.ts';
import { readInput } from '../../sources/input.ts';
import type { Found } from '../../sources/source.ts';
import { say } from '../../streams.ts';
import type { EnhanceFlags } from '../enhance.ts';
import { openEngine } from './engine.ts';
import { checkFolders, realPlace } from './folders.ts';
import { checkFlags, type Enhancement } from './options.ts';
import { enhancePipe } from './pipe.ts';
import { usage } from './usage.ts';

/** Acts on `imgsys enhance`. Throws CommandError for what ends the command; the rest is told by the reporter. */
export async function runEnhance(
  paths: readonly string[],
  flags: EnhanceFlags,
  context: Context,
): Promise<void> {
  const enhancement = await checkFlags(flags, context);
  const named = paths.length > 0 && !(paths.length === 1 && paths[0] === '-');
  if (named) {
    checkTarget(flags);
    await checkFolders(paths, enhancement.batch, context.cwd);
  }
  const input = named ? { kind: 'paths' as const, paths } : await openInput(context);
  if (input.kind === 'image') return enhancePipe(input.bytes, flags, enhancement, context);
  checkTarget(flags);
  const stops = createStops();
  const engine = await openEngine(enhancement, context);
  const reporter = await context.reporter({
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
    print0: flags.print0 ?? false,
  });
  const unheed = heedSignals(stops, context);
  // A list that nobody writes to any more must not keep the process alive.
  if (input.kind === 'list') stops.drain.addEventListener('abort', () => context.streams.stdin.destroy());
  try {
    const found = findSources(input, enhancement, stops, context);
    if (reporter.wantsTotal && input.kind === 'paths') {
      countSources(findSources(input, enhancement, stops, context), stops).then(reporter.total, stops.fail);
    }
    await runAndRecord(found, paths, enhancement, { engine, reporter, stops, context });
  } finally {
    unheed();
    reporter.close();
  }
}

function checkTarget({ output, inPlace }: EnhanceFlags): void {
  if (output === undefined && !inPlace) {
    throw usage(
      'where should the pictures go?',
      'name a folder: -o enhanced (or --in-place to replace the originals)',
    );
  }
}

type Input =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | { readonly kind: 'list'; readonly entries: AsyncIterable<string | Uint8Array> }
  | { readonly kind: 'image'; readonly bytes: AsyncIterable<Buffer> };

// What stands on standard input: a list, or one picture.
async function openInput({ streams }: Context): Promise<Exclude<Input, { kind: 'paths' }>> {
  if (streams.stdin.isTTY) {
    throw usage(
      'no input: name files or folders',
      'for example imgsys enhance photos -o enhanced; imgsys enhance --help shows more',
    );
  }
  const input = await readInput(streams.stdin, (head) => sniff(head).kind !== 'other');
  if (input.kind !== 'empty') return input;
  throw new CommandError('no input: nothing on standard input', {
    exitCode: exitCodes.noInput,
    hint: 'name files or folders, or pipe a list of them in',
  });
}

function findSources(
  input: Exclude<Input, { kind: 'image' }>,
  { batch, include, exclude, maxDepth, hidden }: Enhancement,
  stops: Stops,
  { cwd }: Context,
): AsyncIterable<Found> {
  const skipFolders = [batch.outputFolder, batch.backupFolder].filter((folder) => folder !== undefined);
  const options: DiscoverOptions = {
    include,
    exclude,
    maxDepth,
    hidden,
    skipFolders,
    leaveOut: isOurTemp,
    signal: stops.drain,
  };
  return input.kind === 'paths'
    ? discover(input.paths, cwd, options)
    : discoverList(input.entries, cwd, options);
}

// A second walk beside the run, which alone can say how much is left; it reads no file.
async function countSources(found: AsyncIterable<Found>, stops: Stops): Promise<number> {
  let files = 0;
  try {
    for await (const _ of found) files += 1;
  } catch (error) {
    if (error !== stops.drain.reason) throw error;
  }
  return files;
}

interface RunParts {
  readonly engine: Engine;
  readonly reporter: Reporter;
  readonly stops: Stops;
  readonly context: Context;
}

const heartbeatMs = 5_000;

async function runAndRecord(
  found: AsyncIterable<Found>,
  paths: readonly string[],
  enhancement: Enhancement,
  { engine, reporter, stops, context }: RunParts,
): Promise<void> {
  const { batch, recipe } = enhancement;
  if (batch.dryRun) {
    const ledger = await context.ledgerToRead();
    const parts = { engine, ledger: bindDryRun(ledger), reporter, clock: context.clock, stops };
    context.setExitCode((await runBatch(found, batch, parts)).exitCode);
    return;
  }
  const ledger = await context.ledger();
  // A list may lead anywhere below, so its run in place has the folder for its own.
  const roots = paths.length > 0 && paths[0] !== '-' ? paths : ['.'];
  const run = await ledger.beginRun({
    recipe: { provider: batch.provider, preset: batch.preset, ...recipe },
    outputFolder: batch.outputFolder,
    inPlace: batch.outputFolder === undefined,
    roots: await Promise.all(roots.map((path) => realPlace(resolve(context.cwd, path)))),
  });
  const bound = bindRun(ledger, run, batch.outputFolder === undefined);
  const beat = setInterval(() => bound.heartbeat().catch((error) => stops.fail(error)), heartbeatMs);
  let ended: 'finished' | 'interrupted' | 'failed' = 'failed';
  let counts: unknown = null;
  try {
    const summary = await runBatch(found, batch, {
      engine,
      ledger: bound,
      reporter,
      clock: context.clock,
      stops,
    });
    ended = summary.exitCode === 130 || summary.exitCode === 143 ? 'interrupted' : 'finished';
    counts = summary;
    context.setExitCode(summary.exitCode);
  } finally {
    clearInterval(beat);
    await ledger.endRun(run, { state: ended, counts });
  }
}

// The first signal drains, the second stops at once, a third is the system's own.
function heedSignals(stops: Stops, context: Context): () => void {
  let signals = 0;
  const unheed = context.onStopSignal((signal) => {
    signals += 1;
    stops.stop(signal === 'SIGINT' ? 'interrupt' : 'terminate');
    if (signals === 1) {
      say(context.streams, 'stopping: finishing the pictures in work (press again to stop now)');
      return;
    }
    stops.kill();
    context.killWorkers();
    unheed();
  });
  return unheed;
}
