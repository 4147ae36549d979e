// `--mask`: one file for every picture, or a folder with one for each.
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { systemCode } from '../../errors.ts';
import type { MaskChoice } from '../../purchases/recipe.ts';
import { describeReadError } from '../../system-errors.ts';
import { printable } from '../../text.ts';
import { maskOf } from './flag-files.ts';
import { usage } from './usage.ts';

/** Throws CommandError (2) for what cannot be read, and for a folder without files. */
export async function maskChoice(name: string, context: Context): Promise<MaskChoice> {
  if (name.trim() === '') throw usage('--mask is empty', 'perhaps a variable of your script is not set');
  const path = resolve(context.cwd, name);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    (error) => {
      if (systemCode(error) === undefined) throw error;
      return false;
    },
  );
  if (!isFolder) return maskOf(name, context);
  await namesIn(path);
  return { kind: 'folder', path };
}

/** A hash of which masks a folder has and when they were changed: what was made with others is made again. */
export async function maskFolderState(path: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of await namesIn(path)) {
    const { size, mtimeNs } = (await find(join(path, name))) ?? {};
    hash.update(JSON.stringify([name, String(size), String(mtimeNs)]));
  }
  return hash.digest('hex');
}

// What a link leads to; undefined where that is nothing.
async function find(path: string) {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

async function namesIn(path: string): Promise<string[]> {
  const shown = `--mask ${printable(path)}`;
  try {
    const found = await readdir(path, { recursive: true, withFileTypes: true });
    const names = found
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map(({ parentPath, name }) => join(parentPath, name));
    if (names.length > 0) return names.map((name) => name.slice(path.length + 1)).sort();
  } catch (error) {
    throw usage(`${shown}: ${describeReadError(error).message}`);
  }
  throw usage(`${shown} has no files`, 'put in a mask for each picture, by the name of the picture');
}
