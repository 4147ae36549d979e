// Where a source stands below the output folder: `relative` of a Source. Always `/`, never `..`.
import { posix, win32 } from 'node:path';

/** The parts of `path` below a root, as a relative path: no root, no drive colon, no `.` or `..`, `/` between. */
export function below(path: string, platform: NodeJS.Platform = process.platform): string {
  const parts = platform === 'win32' ? path.replaceAll('\\', '/').split('/') : path.split('/');
  return parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/');
}

/**
 * The place of a list entry: its path as seen from `cwd` if it lies inside, otherwise its absolute path without the
 * root, as tar does it (`/mnt/a.jpg` → `mnt/a.jpg`, `D:\a.jpg` → `D/a.jpg`). `path` is absolute.
 */
export function placeOfEntry(
  path: string,
  cwd: string,
  platform: NodeJS.Platform = process.platform,
): string {
  const system = platform === 'win32' ? win32 : posix;
  const inside = system.relative(cwd, path);
  const outside = inside === '..' || inside.startsWith(`..${system.sep}`) || system.isAbsolute(inside);
  if (!outside) return below(inside, platform);
  const { root } = system.parse(path);
  return below(`${root.replaceAll(':', '/')}/${path.slice(root.length)}`, platform);
}

/** Two places, one below the other; either may be empty. */
export function joinPlaces(parent: string, child: string): string {
  return parent === '' || child === '' ? parent + child : `${parent}/${child}`;
}
