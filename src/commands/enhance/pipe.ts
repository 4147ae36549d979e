import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Context } from '../../context.ts';
import { CommandError, exitCodes, ItemError } from '../../errors.ts';
import type { Source } from '../../sources/source.ts';
import { hint, say, warn } from '../../streams.ts';
import { printable } from '../../text.ts';
import type { EnhanceFlags } from '../enhance.ts';
import { openEngine } from './engine.ts';
import type { Enhancement } from './options.ts';

/** One picture from standard input to standard output. Nothing is kept; a failure writes nothing and exits 3. */
export async function enhancePipe(
  bytes: AsyncIterable<Buffer>,
  flags: EnhanceFlags,
  enhancement: Enhancement,
  context: Context,
): Promise<void> {
  checkPipe(flags, context);
  const folder = await mkdtemp(join(tmpdir(), 'imgsys-'));
  try {
    const path = join(folder, 'stdin');
    await pipeline(bytes, createWriteStream(path, { mode: 0o600 }));
    const engine = await openEngine(enhancement, context);
    const result = join(folder, 'stdout');
    const made = await engine.withImage(
      await describe(path),
      (image) => image.enhance(result),
      async () => true,
    );
    for (const warning of made?.warnings ?? []) warn(context.streams, printable(warning.message));
    if (flags.verbose) say(context.streams, made?.text || 'nothing to mend');
    await pipeline(createReadStream(result), context.streams.stdout, { end: false });
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    say(context.streams, `standard input: failed: ${printable(error.message)}`);
    if (error.hint !== undefined) hint(context.streams, error.hint);
    context.setExitCode(exitCodes.someFailed);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkPipe(flags: EnhanceFlags, { streams }: Context): void {
  if (flags.output !== undefined || flags.inPlace || flags.json || flags.dryRun) {
    throw new CommandError('a picture on standard input goes to standard output', {
      exitCode: exitCodes.usage,
      hint: 'leave out -o, --in-place, --json and --dry-run, or name the file instead of piping it',
    });
  }
  if (streams.stdout.isTTY) {
    throw new CommandError('the picture would be written to the terminal', {
      exitCode: exitCodes.usage,
      hint: 'send it to a file: imgsys enhance < in.jpg > out.jpg',
    });
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
