// From what the user named to sources, one at a time: files, folders, globs, and entries of a list.
import { basename, resolve } from 'node:path';
import { createFilter } from './filter.ts';
import { existsLiterally, parseGlob } from './glob.ts';
import { escapeBytes } from './listing.ts';
import { lookAtNamed } from './look.ts';
import { isPattern } from './pattern.ts';
import { below, placeOfEntry } from './place.ts';
import { problem } from './problem.ts';
import { skipFolders } from './skip.ts';
import type { Found } from './source.ts';
import { type WalkOptions, walk } from './walk.ts';

export interface DiscoverOptions {
  /** Patterns; their rule stands at `createFilter`. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Folder levels entered: 1 is what lies directly in a folder the user named. `Infinity` for all. */
  readonly maxDepth: number;
  /** Take hidden and system files, too. What the user names is taken in any case. */
  readonly hidden: boolean;
  /** Absolute paths of folders that are never input (the output folder, the backup folder); may not exist yet. */
  readonly skipFolders: readonly string[];
  /** Names that a walk never takes, even with `hidden`: the temporary files of runs. */
  readonly leaveOut?: (name: string) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Yields what `inputs` (files, folders, globs; relative to `cwd`) stand for, as it is found, in constant memory.
 * An input that exists under its literal name is never a glob; one given twice counts once. `relative` is the path
 * below the folder if that is the only input, otherwise with the folder's own name in front; a file's own name; the
 * path below a glob's fixed leading part. Rejects with the signal's reason only.
 */
export async function* discover(
  inputs: readonly string[],
  cwd: string,
  options: DiscoverOptions,
): AsyncGenerator<Found> {
  const distinct = new Map(inputs.map((input) => [input === '' ? '' : resolve(cwd, input), input]));
  const inner = innerOptions(options);
  for (const [path, input] of distinct) {
    options.signal.throwIfAborted();
    if (input === '') yield emptyName;
    else if (isPattern(input) && !(await existsLiterally(path))) yield* discoverGlob(input, cwd, inner);
    else {
      const prefix = distinct.size === 1 ? '' : below(basename(path));
      yield* discoverNamed(input, { path, place: basename(path), prefix, filterFrom: '' }, inner);
    }
  }
}

/**
 * The same for the entries of a list, which are files or folders, never globs; bytes are an entry that is not valid
 * UTF-8. `relative` keeps an entry's path as seen from `cwd`; outside of `cwd`, its absolute path without the root.
 */
export async function* discoverList(
  list: AsyncIterable<string | Uint8Array>,
  cwd: string,
  options: DiscoverOptions,
): AsyncGenerator<Found> {
  const inner = innerOptions(options);
  for await (const entry of list) {
    options.signal.throwIfAborted();
    if (typeof entry !== 'string') yield undecodable(entry);
    else if (entry === '') yield emptyName;
    else {
      const path = resolve(cwd, entry);
      const place = placeOfEntry(path, cwd);
      yield* discoverNamed(entry, { path, place, prefix: place, filterFrom: place }, inner);
    }
  }
}

interface Named {
  readonly path: string;
  /** `relative` of a file. */
  readonly place: string;
  /** Goes in front of `relative` of what a folder holds. */
  readonly prefix: string;
  readonly filterFrom: string;
}

async function* discoverNamed(shown: string, named: Named, options: WalkOptions): AsyncGenerator<Found> {
  const { path, place, prefix, filterFrom } = named;
  const seen = await lookAtNamed({ path, relative: below(place), shown, named: true });
  if (seen.kind === 'folder') {
    if (await options.skip.is(path, seen.identity)) yield refused(shown);
    else if (options.filter.entersPath(filterFrom)) {
      const head = isHere(shown) ? '' : shown;
      yield* walk({ path, shown: head, relative: prefix, filterFrom }, options);
    }
  } else if (seen.kind !== 'source') yield seen;
  else if (await options.skip.holds(path)) yield refused(shown);
  else if (options.filter.wantsPath(place)) yield seen;
}

async function* discoverGlob(text: string, cwd: string, options: WalkOptions): AsyncGenerator<Found> {
  const { base, pick } = await parseGlob(text, cwd, options.hidden);
  const path = resolve(cwd, base);
  const seen = await lookAtNamed({ path, relative: '', shown: base, named: true });
  let matched = false;
  const matches = (place: string, isFolder: boolean) => {
    const hit = pick.matches(place, isFolder);
    matched ||= hit;
    return hit;
  };
  if (seen.kind === 'folder') {
    if (await options.skip.is(path, seen.identity)) return yield refused(base);
    const root = {
      path,
      shown: isHere(base) ? '' : base,
      relative: '',
      filterFrom: '',
      pick: { ...pick, matches },
    };
    yield* walk(root, options);
  } else if (seen.kind === 'problem' && seen.reason !== 'not-found') return yield seen;
  if (!matched) yield problem(text, 'not-found', 'nothing matches this pattern', { hint: globHint });
}

const globHint = "* stays within a folder, ** also goes into folders: 'photos/**/*.jpg'";

function innerOptions(options: DiscoverOptions): WalkOptions {
  const { include, exclude, maxDepth, hidden, signal } = options;
  return {
    filter: createFilter(include, exclude),
    maxDepth,
    hidden,
    skip: skipFolders(options.skipFolders),
    leaveOut: options.leaveOut ?? (() => false),
    signal,
  };
}

function isHere(shown: string): boolean {
  return shown === '' || shown === '.' || shown === './';
}

const emptyName: Found = problem('', 'not-found', 'an empty name stands for no file');

function undecodable(bytes: Uint8Array): Found {
  const hint = 'write the list in UTF-8, or name the folder instead';
  return problem(escapeBytes(bytes), 'name-not-utf8', 'the name in the list is not valid UTF-8', { hint });
}

function refused(shown: string): Found {
  const message = 'lies where the outputs or the backups go, so it is no input';
  return problem(shown, 'refused', message, { hint: 'choose another folder with -o', failed: false });
}
