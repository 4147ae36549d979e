// Whether a file lies where a lock file may speak of. Its lines and the links beside it may come from a stranger, who would
// learn from a hash, or from a name that is said to be missing, what lies elsewhere on this machine.
import { lstat, readlink } from 'node:fs/promises';
import { basename, dirname, join, parse, relative, resolve, sep } from 'node:path';
import { systemCode } from '../../errors.ts';

/** Told of what does not. */
export const leadsOut = 'a link leads out of the folder of the lock file: put that file above both';

const mostLinks = 40;
const mostFolders = 10_000;

/** Follows links by hand, so that what they lead to need not exist, and is not looked at where it does. */
export function createWithin(folder: string): (path: string) => Promise<boolean> {
  const folders = new Map<string, Promise<string | undefined>>();
  const home = placeOf(folder, 0);
  home.catch(() => undefined);

  // Undefined for links that never end.
  async function placeOf(path: string, links: number): Promise<string | undefined> {
    if (links > mostLinks) return undefined;
    if (path === parse(path).root) return path;
    const above = await folderOf(dirname(path), links);
    if (above === undefined) return undefined;
    const link = await linkAt(join(above, basename(path)));
    return link === undefined ? join(above, basename(path)) : placeOf(resolve(above, link), links + 1);
  }

  function folderOf(path: string, links: number): Promise<string | undefined> {
    if (links > 0) return placeOf(path, links);
    const known = folders.get(path);
    if (known !== undefined) return known;
    if (folders.size >= mostFolders) folders.clear();
    const place = placeOf(path, links);
    folders.set(path, place);
    return place;
  }

  return async (path) => {
    const [below, place] = [await home, await placeOf(path, 0)];
    if (below === undefined || place === undefined) return false;
    const way = relative(below, place);
    return way !== '..' && !way.startsWith(`..${sep}`) && resolve(below, way) === place;
  };
}

// Where a link leads, as written; undefined for all else, and for what cannot be looked at.
async function linkAt(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
