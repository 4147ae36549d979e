import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../../batch/engine.ts';
import { createStops } from '../../batch/stops.ts';
import type { Context } from '../../context.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import { CommandError, exitCodes, GivenUp, ItemError, systemCode } from '../../errors.ts';
import { payerLines } from '../../report/payer.ts';
import type { Source } from '../../sources/source.ts';
import { hint, say, warn } from '../../streams.ts';
import { printable } from '../../text.ts';
import type { EnhanceFlags } from '../enhance.ts';
import { openLocalEngine, openRemote } from './engine.ts';
import type { Enhancement } from './options.ts';
import { begin } from './record.ts';
import { askToRetry } from './unsettled.ts';
import { usage } from './usage.ts';

/** One picture from standard input to standard output. Nothing is kept; a failure writes nothing and exits 3. */
export async function enhancePipe(
  bytes: AsyncIterable<Buffer>,
  flags: EnhanceFlags,
  enhancement: Enhancement,
  context: KeyContext,
): Promise<void> {
  checkPipe(flags, context);
  const { streams } = context;
  const folder = await mkdtemp(join(tmpdir(), 'imgsys-'));
  const stop = new AbortController();
  // The picture of a user must not stay behind in the folder for temporary files.
  const unheed = context.onStopSignal((signal) => {
    context.setExitCode(signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated);
    context.killWorkers();
    // Nobody may ever write the rest.
    streams.stdin.destroy();
    stop.abort();
  });
  try {
    const path = join(folder, 'stdin');
    await pipeline(bytes, createWriteStream(path, { mode: 0o600 }), { signal: stop.signal });
    const result = join(folder, 'stdout');
    const source = await describe(path);
    const enhance = (engine: Engine) =>
      engine.withImage(
        source,
        (image) => image.enhance(result),
        async () => true,
      );
    const made =
      enhancement.work.kind === 'local'
        ? await enhance(await openLocalEngine(enhancement, context))
        : await payFor(enhance, flags, enhancement, context, stop.signal);
    for (const warning of made?.warnings ?? []) warn(streams, printable(warning.message));
    if (flags.verbose) say(streams, made?.text || 'nothing to mend');
    for await (const chunk of createReadStream(result)) await writeBytes(chunk, context);
  } catch (error) {
    if (stop.signal.aborted) return;
    if (error instanceof GivenUp) throw asCommandError(error);
    if (!(error instanceof ItemError)) throw error;
    say(streams, `standard input: failed: ${printable(error.message)}`);
    if (error.hint !== undefined) hint(streams, error.hint);
    context.setExitCode(error.reason === 'unsettled' ? exitCodes.unsettled : exitCodes.someFailed);
  } finally {
    unheed();
    await rm(folder, { recursive: true, force: true });
  }
}

// What is paid for belongs to a run, also through a pipe.
async function payFor<Result>(
  enhance: (engine: Engine) => Promise<Result>,
  flags: EnhanceFlags,
  enhancement: Enhancement,
  context: KeyContext,
  stop: AbortSignal,
): Promise<Result> {
  const { work } = enhancement;
  if (work.kind !== 'remote') throw new Error('nobody is paid');
  const ledger = await context.ledger();
  const run = await begin(ledger, enhancement, { cwd: context.cwd, paths: [], flags });
  const stops = createStops();
  stop.addEventListener('abort', () => stops.kill());
  let state: 'finished' | 'failed' = 'failed';
  try {
    const repeat = await askToRetry(work.recipe, ledger, context);
    const { engine, payer } = await openRemote(enhancement, context, {
      ...{ ledger, run, stops, bought: undefined, repeat, pictures: 1 },
      warn: (message, next) => {
        warn(context.streams, printable(message));
        if (next !== undefined) hint(context.streams, next);
      },
    });
    const { provider } = enhancement.batch;
    if (!flags.quiet) for (const line of payerLines({ provider, payer })) say(context.streams, line);
    const result = await enhance(engine);
    state = 'finished';
    return result;
  } finally {
    await ledger.endRun(run, { state, counts: null });
  }
}

function asCommandError({ stop, message, hint: next, cause }: GivenUp): CommandError {
  const codes = {
    account: exitCodes.account,
    'no-key': exitCodes.noKey,
    'max-wait': exitCodes.temporary,
    'spending-limit': exitCodes.spendingLimit,
  };
  const exitCode = stop === undefined ? exitCodes.temporary : codes[stop];
  return new CommandError(message, { exitCode, cause, ...(next !== undefined && { hint: next }) });
}

function writeBytes(chunk: Buffer, { streams }: Context): Promise<void> {
  return new Promise((resolve, reject) => {
    streams.stdout.write(chunk, (error) => {
      if (!error) return resolve();
      const code = systemCode(error) ?? error.message;
      reject(
        new CommandError(`the picture cannot be written to standard output (${code})`, {
          exitCode: exitCodes.temporary,
          cause: error,
        }),
      );
    });
  });
}

// Flags that speak of files have no meaning for a pipe; left unsaid, they would be ignored in silence.
const forFiles = {
  output: '-o',
  inPlace: '--in-place',
  backupDir: '--backup-dir',
  name: '--name',
  suffix: '--suffix',
  onExists: '--on-exists',
  include: '--include',
  exclude: '--exclude',
  maxDepth: '--max-depth',
  limit: '--limit',
  hidden: '--hidden',
  dryRun: '--dry-run',
  force: '--force',
  checksum: '--checksum',
  maxErrors: '--max-errors',
  maxDuration: '--max-duration',
  json: '--json',
  print0: '--print0',
} as const;

function checkPipe(flags: EnhanceFlags, { streams }: Context): void {
  for (const [flag, spelled] of Object.entries(forFiles)) {
    if (flags[flag as keyof typeof forFiles] === undefined) continue;
    throw usage(
      `a picture on standard input goes to standard output, without ${spelled}`,
      `leave out ${spelled}, or name the file instead of piping it`,
    );
  }
  if (streams.stdout.isTTY) {
    throw usage(
      'the picture would be written to the terminal',
      'send it to a file: imgsys enhance < in.jpg > out.jpg',
    );
  }
}

async function describe(path: string): Promise<Source> {
  const { size, mtimeNs, ino, dev } = await stat(path, { bigint: true });
  return {
    path,
    relative: 'stdin',
    shown: 'standard input',
    named: true,
    size: Number(size),
    mtimeNs,
    inode: ino,
    device: dev,
  };
}
