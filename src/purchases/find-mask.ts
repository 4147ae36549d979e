import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ItemError, systemCode } from '../errors.ts';
import { sha256OfFile } from '../hash-file.ts';
import type { KnownFile } from '../images/restore/shape.ts';
import { describeReadError } from '../system-errors.ts';
import { printable } from '../text.ts';
import type { MaskChoice } from './recipe.ts';

const endings = ['.png', '.PNG', '.webp', '.WEBP', '.jpg', '.JPG', '.jpeg', '.JPEG'];

/**
 * The mask of one picture. In a folder of masks it lies where the picture lies below its input folder (`relative`, with
 * `/`): for `rooms/bath.jpg` it is `rooms/bath.png`, else `.webp` or `.jpg`. Throws ItemError `mask-missing`,
 * `mask-unusable`.
 */
export async function findMask(mask: MaskChoice, relative: string): Promise<KnownFile> {
  if (mask.kind === 'file') return { path: mask.path, sha256: mask.sha256 };
  const { dir, name } = posix.parse(relative);
  const stem = join(mask.path, ...dir.split('/'), name);
  for (const ending of endings) {
    const path = stem + ending;
    if (await isFile(path)) return { path, sha256: await hashOf(path) };
  }
  throw new ItemError('mask-missing', `has no mask: there is no ${printable(`${stem}.png`)}`, {
    hint: 'put one there, or leave the picture out with --exclude',
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
    throw unreadable(path, error);
  }
}

async function hashOf(path: string): Promise<string> {
  try {
    return await sha256OfFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): ItemError {
  const { message, hint } = describeReadError(error);
  return new ItemError('mask-unusable', `the mask ${printable(path)}: ${message}`, {
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}
