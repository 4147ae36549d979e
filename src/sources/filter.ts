// What a walk leaves out: hidden and system files, and what --include and --exclude say.
import { compilePattern } from './pattern.ts';

export interface Filter {
  /** Whether the file at `path` (parts joined by `/`, below what the user named) is wanted. */
  wantsFile(path: string): boolean;
  /** Whether the folder at `path` is entered. */
  entersFolder(path: string): boolean;
  /** `wantsFile`, with all folders above it entered: for what was not walked to. */
  wantsPath(path: string): boolean;
  /** `entersFolder`, for it and all folders above it. */
  entersPath(path: string): boolean;
}

/**
 * Patterns in the spirit of .gitignore and of rclone's filters; upper and lower case are the same, and `*` matches
 * names that begin with a dot, too.
 *
 * - Without a slash (`*.jpg`, `thumbs`) a pattern is compared with the name alone, at any depth.
 * - With a slash (`rooms/*.jpg`, `/cover.jpg`) it is compared with the whole path below the folder the user named;
 *   a slash in front only makes a single name mean the top level. `**` stands for any number of folders.
 * - With a slash at the end (`thumbs/`) it means folders and all that is in them.
 *
 * A file is wanted if it matches an include pattern (or there are none) and no exclude pattern. A folder that
 * matches an exclude pattern is not entered.
 */
export function createFilter(include: readonly string[], exclude: readonly string[]): Filter {
  const included = include.map(compileRule);
  const excluded = exclude.map(compileRule);
  const wantsFile = (path: string) =>
    (included.length === 0 || included.some((rule) => rule.file(path))) &&
    !excluded.some((rule) => rule.file(path));
  const entersFolder = (path: string) => !excluded.some((rule) => rule.folder(path));
  const wantsPath = (path: string) => wantsFile(path) && foldersOf(path).every(entersFolder);
  const entersPath = (path: string) => entersFolder(path) && foldersOf(path).every(entersFolder);
  return { wantsFile, entersFolder, wantsPath, entersPath };
}

// Left by operating systems, cameras' card readers and network drives; never photographs.
const systemNames = new Set([
  'thumbs.db',
  'desktop.ini',
  '.ds_store',
  '__macosx',
  '@eadir',
  '$recycle.bin',
  'system volume information',
]);

/** Whether a walk passes over the name without a word. */
export function isHiddenOrSystem(name: string): boolean {
  return name.startsWith('.') || systemNames.has(name.toLowerCase());
}

interface Rule {
  file(path: string): boolean;
  folder(path: string): boolean;
}

function compileRule(pattern: string): Rule {
  const written = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern;
  const foldersOnly = written.endsWith('/');
  const body = written.replace(/^\.?\/+|\/+$/g, '');
  const anchored = /^\.?\//.test(written) || body.includes('/');
  const options = { dot: true, ignoreCase: true, baseName: !anchored };
  const folder = compilePattern(body, options);
  if (!foldersOnly) return { file: folder, folder };
  const below = `${anchored ? '' : '**/'}${body}/**/*`;
  return { file: compilePattern(below, { dot: true, ignoreCase: true }), folder };
}

// 'a/b/c.jpg' → 'a', 'a/b'
function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
