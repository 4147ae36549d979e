import { extname, posix, win32 } from 'node:path';

/**
 * The address of a file as seen from a page in `folder` (both absolute): relative, so that both can be moved together; of
 * another drive in full.
 */
export function hrefOf(file: string, folder: string, platform: NodeJS.Platform = process.platform): string {
  const windows = platform === 'win32';
  const way = (windows ? win32 : posix).relative(folder, file);
  const slashed = windows ? way.replaceAll('\\', '/') : way;
  if (windows && win32.isAbsolute(way)) return `file:///${encodeParts(slashed)}`;
  // A colon in the first part would be taken for a scheme.
  return `./${encodeParts(slashed)}`;
}

/** Whether browsers show files of this kind, by the name. */
export function showsInBrowser(file: string): boolean {
  return shown.has(extname(file).toLowerCase());
}

const shown = new Set(['.jpg', '.jpeg', '.jfif', '.png', '.webp', '.avif', '.gif', '.svg']);

function encodeParts(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
}
