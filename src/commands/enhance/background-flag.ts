// The new background: a colour or a picture, put behind the subject here, or words for a model to paint.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { CommandError, systemCode } from '../../errors.ts';
import { sha256OfFile } from '../../hash-file.ts';
import type { Background } from '../../images/restore/shape.ts';
import { describeReadError } from '../../system-errors.ts';
import { printable } from '../../text.ts';
import { looksLikeColour, namedColour, type Rgb } from './colour-names.ts';
import { usage } from './usage.ts';
import { wordsOf } from './words-flag.ts';

export type NewBackground = Background | { readonly kind: 'words'; readonly words: string };

const maxBytes = 256 * 2 ** 20;

/**
 * What `--background` means with replace-background: `#rrggbb`, `#rgb` or the name of a colour; the path of a picture; else
 * words. Throws CommandError (2).
 */
export async function backgroundOf(text: string, { cwd }: Context): Promise<NewBackground> {
  const plain = text.trim();
  const rgb = namedColour(plain) ?? hexColour(plain);
  if (rgb !== undefined) return { kind: 'colour', rgb };
  if (plain.startsWith('#')) {
    throw usage(`--background ${printable(plain)} is not a colour`, 'for example #ffffff, #fff or white');
  }
  if (['transparent', 'opaque', 'auto', 'none'].includes(plain)) {
    throw usage(
      `--background ${plain} is nothing to put behind a picture`,
      'for a transparent one: -p remove-background; else give a colour, a picture or words',
    );
  }
  const path = resolve(cwd, plain);
  if (looksLikeFile(plain) || (await isFile(path))) {
    return { kind: 'picture', path, sha256: await hashOf(path, plain) };
  }
  if (looksLikeColour(plain)) {
    throw usage(
      `--background ${plain} may be a colour, and none of that name is known`,
      `give it as #rrggbb, or say in a phrase what is to be seen: --background "a plain wall, ${plain}"`,
    );
  }
  return { kind: 'words', words: wordsOf('--background', text) };
}

function hexColour(text: string): Rgb | undefined {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : digits.match(/../g);
  const [red = 0, green = 0, blue = 0] = (pairs ?? []).map((pair) => Number.parseInt(pair, 16));
  return [red, green, blue];
}

function looksLikeFile(text: string): boolean {
  return !/[\r\n]/.test(text) && /\.(?:jpe?g|png|webp|avif|tiff?|gif|heic)$/i.test(text);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    // Words may be longer than a name can be.
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(systemCode(error) ?? ''))
      return false;
    throw error;
  }
}

async function hashOf(path: string, name: string): Promise<string> {
  const shown = `--background ${printable(name)}`;
  try {
    const facts = await stat(path);
    if (!facts.isFile()) throw usage(`${shown} is not a regular file`, 'name a picture');
    if (facts.size > maxBytes) throw usage(`${shown} is larger than ${maxBytes / 2 ** 20} MiB`);
    return await sha256OfFile(path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw usage(`${shown}: ${describeReadError(error).message}`, 'give a picture, a colour or words');
  }
}
