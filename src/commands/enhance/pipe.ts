import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { driftInWords } from '../../batch/drift.ts';
import type { Engine } from '../../batch/engine.ts';
import { createStops, type Stops } from '../../batch/stops.ts';
import type { Context } from '../../context.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import {
  CommandError,
  type ExitCode,
  exitCodes,
  foremostExitCode,
  GivenUp,
  ItemError,
  systemCode,
} from '../../errors.ts';
import { sayPlan } from '../../report/plan-lines.ts';
import type { Source } from '../../sources/source.ts';
import { hint, say, warn } from '../../streams.ts';
import { describeWriteError } from '../../system-errors.ts';
import { printable } from '../../text.ts';
import { openLocalEngine } from './engine.ts';
import type { EnhanceFlags } from './flags.ts';
import type { Enhancement } from './options.ts';
import { payForPipe } from './pipe-paid.ts';
import { heedSignals } from './signals.ts';
import { usage } from './usage.ts';

/**
 * One picture from standard input to standard output. Nothing is kept but what was paid for; a failure writes nothing and
 * exits 3. A signal ends it at once, but for a call that is paid: that one is finished first.
 */
export async function enhancePipe(
  bytes: AsyncIterable<Buffer>,
  flags: EnhanceFlags,
  enhancement: Enhancement,
  context: KeyContext,
): Promise<void> {
  checkPipe(flags, enhancement, context);
  const { streams } = context;
  const stops = createStops();
  const codes = new Set<ExitCode>();
  let isPaying = false;
  // The picture of a user must not stay behind in the folder for temporary files.
  const unheed = heedSignals(stops, context, () => isPaying);
  const folder = await mkdtemp(join(tmpdir(), 'imgsys-')).catch((error) => {
    unheed();
    throw error;
  });
  // Nobody may ever write the rest.
  stops.now.addEventListener('abort', () => streams.stdin.destroy());
  try {
    const path = join(folder, 'stdin');
    await keep(bytes, path, stops.now);
    const result = join(folder, 'stdout');
    const source = await describe(path);
    const enhance = (engine: Engine) =>
      engine.withImage(
        source,
        (image) => image.enhance(result),
        async () => true,
      );
    isPaying = enhancement.work.kind === 'remote';
    const made = isPaying
      ? await payForPipe(enhance, { flags, enhancement, context, stops })
      : await enhance(await openLocalEngine(enhancement, context));
    const why = made && driftInWords(made);
    if (why !== undefined && enhancement.batch.onDrift === 'reject') {
      throw new ItemError('drifted', why, {
        hint: 'it is paid for: pipe the picture in again with --on-drift keep to have it, for nothing',
      });
    }
    for (const warning of made?.warnings ?? []) warn(streams, printable(warning.message));
    if (flags.verbose && made !== undefined) {
      sayPlan(streams, 'standard input', { plan: made.steps, skipped: made.skipped, planText: made.text });
    }
    for await (const chunk of createReadStream(result)) await writeBytes(chunk, context);
  } catch (error) {
    const code = failed(error, stops, context);
    if (code !== undefined) codes.add(code);
  } finally {
    unheed();
    await rm(folder, { recursive: true, force: true });
  }
  if (stops.error() !== undefined) throw stops.error();
  const stopped = { interrupt: exitCodes.interrupted, terminate: exitCodes.terminated };
  for (const reason of stops.reasons()) {
    if (reason === 'interrupt' || reason === 'terminate') codes.add(stopped[reason]);
  }
  if (codes.size > 0) context.setExitCode(foremostExitCode(codes));
}

const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

async function keep(bytes: AsyncIterable<Buffer>, path: string, signal: AbortSignal): Promise<void> {
  try {
    await pipeline(bytes, createWriteStream(path, { mode: 0o600 }), { signal });
  } catch (error) {
    throw diskCodes.has(systemCode(error) ?? '') ? describeWriteError(error) : error;
  }
}

// Tells why there is no picture; the code to exit with, unless the user stopped it.
function failed(error: unknown, stops: Stops, { streams }: KeyContext): ExitCode | undefined {
  if (error instanceof GivenUp) return undefined;
  const isCharged = error instanceof ItemError && error.reason === 'unsettled';
  if (stops.killed() && !isCharged) return undefined;
  if (!(error instanceof ItemError)) throw error;
  say(streams, `standard input: failed: ${printable(error.message)}`);
  if (error.hint !== undefined) hint(streams, error.hint);
  if (isCharged) return exitCodes.unsettled;
  return error.reason === 'disk-full' ? exitCodes.temporary : exitCodes.someFailed;
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
  lock: '--lock',
  force: '--force',
  checksum: '--checksum',
  maxErrors: '--max-errors',
  maxDuration: '--max-duration',
  json: '--json',
  print0: '--print0',
} as const;

function checkPipe(flags: EnhanceFlags, { batch }: Enhancement, { streams }: Context): void {
  if (batch.onDrift === 'review') {
    throw usage(
      '--on-drift review needs an output folder, and a picture through a pipe has none',
      'say --on-drift reject, which writes nothing then, or name the file instead of piping it',
    );
  }
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
