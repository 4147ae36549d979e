// The list of `--files-from`: as on standard input, but from a file and never a picture.
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { Context } from '../../context.ts';
import { CommandError, exitCodes, systemCode } from '../../errors.ts';
import { readInput } from '../../sources/input.ts';
import { describeReadError } from '../../system-errors.ts';
import { printable } from '../../text.ts';
import type { EnhanceFlags } from './flags.ts';
import type { Input } from './input.ts';
import { usage } from './usage.ts';

/** Throws CommandError (2) where pictures are named in two ways. */
export function checkFilesFrom(paths: readonly string[], { filesFrom }: EnhanceFlags): void {
  if (filesFrom === undefined) return;
  if (filesFrom === '') throw usage('--files-from is empty', 'name a file, or - for standard input');
  if (paths.length === 0) return;
  throw usage(
    '--files-from and named paths exclude each other',
    'put the paths into the list, or leave it out',
  );
}

/** The names in the list. Throws CommandError: 2 for a list that cannot be read, 6 for an empty one. */
export async function openList(
  name: string,
  { cwd, streams }: Context,
): Promise<{ readonly input: Extract<Input, { kind: 'list' }>; readonly stream: Readable }> {
  const shown = name === '-' ? 'standard input' : printable(name);
  const stream = name === '-' ? streams.stdin : createReadStream(resolve(cwd, name));
  const input = await readInput(stream, () => false).catch((error) => {
    if (systemCode(error) === undefined) throw error;
    const why = systemCode(error) === 'EISDIR' ? 'is a folder' : describeReadError(error).message;
    throw usage(`--files-from ${shown}: ${why}`, 'name a list of files: one path a line, or NUL-separated');
  });
  if (input.kind === 'list') return { input, stream };
  throw new CommandError(`no input: the list ${shown} is empty`, {
    exitCode: exitCodes.noInput,
    hint: 'a list has one path a line, or is NUL-separated',
  });
}
