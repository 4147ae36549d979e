// Files that flags name: the prompt and the mask.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { CommandError } from '../../errors.ts';
import type { MaskChoice } from '../../purchases/recipe.ts';
import { describeReadError } from '../../system-errors.ts';
import { printable } from '../../text.ts';
import type { EnhanceFlags } from './flags.ts';
import { usage } from './usage.ts';

const maxPromptBytes = 128 * 1024;
const maxMaskBytes = 64 * 2 ** 20;

/** The prompt of `--prompt` or `--prompt-file`. Throws CommandError (2). */
export async function promptOf(
  { prompt, promptFile }: EnhanceFlags,
  { cwd }: Context,
): Promise<string | undefined> {
  if (prompt !== undefined && promptFile !== undefined) {
    throw usage('--prompt and --prompt-file exclude each other', 'leave out one of them');
  }
  const text =
    promptFile === undefined ? prompt : await readPrompt(resolve(cwd, promptFile), printable(promptFile));
  if (text === undefined) return undefined;
  const trimmed = text.replaceAll('\r\n', '\n').trim();
  if (trimmed === '' || [...trimmed].length > 32_000) {
    throw usage(`the prompt has ${trimmed === '' ? 'no text' : 'more than 32,000 characters'}`);
  }
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(trimmed)) {
    throw usage('the prompt holds control characters', 'line breaks and tabs are fine, others are not');
  }
  return trimmed;
}

async function readPrompt(path: string, shown: string): Promise<string> {
  const bytes = await readSmall(path, `--prompt-file ${shown}`, maxPromptBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw usage(`--prompt-file ${shown} is not UTF-8 text`);
    throw error;
  }
}

async function readSmall(path: string, what: string, maxBytes: number): Promise<Buffer> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw usage(`${what} is not a regular file`);
      if (stat.size > maxBytes) throw usage(`${what} is larger than ${maxBytes / 1024} KiB`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw usage(`${what}: ${describeReadError(error).message}`);
  }
}

/** The mask file with the hash of its bytes. Throws CommandError (2). */
export async function maskOf(name: string, { cwd }: Context): Promise<Extract<MaskChoice, { kind: 'file' }>> {
  const path = resolve(cwd, name);
  const bytes = await readSmall(path, `--mask ${printable(name)}`, maxMaskBytes);
  return { kind: 'file', path, sha256: createHash('sha256').update(bytes).digest('hex') };
}
