// Walks one folder by hand: links are not followed, memory is bounded, each find is handed on at once.
import { sep } from 'node:path';
import type { Filter } from './filter.ts';
import { isHiddenOrSystem } from './filter.ts';
import { type Entry, type Listing, openListing } from './listing.ts';
import { lookInside, lookThroughLink, type Place, type Seen } from './look.ts';
import { joinPlaces } from './place.ts';
import { problem, problemFrom } from './problem.ts';
import type { Skip } from './skip.ts';
import type { Found } from './source.ts';

export interface WalkRoot {
  /** Absolute path of a folder. */
  readonly path: string;
  /** How finds are shown: this, the separator, the path below; nothing in front where it is empty. */
  readonly shown: string;
  /** Goes in front of each find's place below the output folder. */
  readonly relative: string;
  /** Goes in front of each path that the filter sees. */
  readonly filterFrom: string;
  /** A glob: only what it picks is found; a folder it picks is taken whole. */
  readonly pick?: Pick;
}

export interface Pick {
  /** Whether the glob means the path below the root. */
  matches(path: string, isFolder: boolean): boolean;
  /** Folder levels the glob can reach; 1 is what lies directly in the root. */
  readonly depth: number;
  /** Whether a name that a walk passes over is spelt out in the glob. */
  spellsOut(name: string): boolean;
}

export interface WalkOptions {
  readonly filter: Filter;
  /** Folder levels: 1 is what lies directly in the root. */
  readonly maxDepth: number;
  readonly hidden: boolean;
  readonly skip: Skip;
  /** Names that are never taken, even with `hidden`: our own temporary files. */
  readonly leaveOut: (name: string) => boolean;
  readonly signal: AbortSignal;
}

/** Yields what lies below `root`. Rejects with the signal's reason only; every other failure is a problem found. */
export async function* walk(root: WalkRoot, options: WalkOptions): AsyncGenerator<Found> {
  const open: Level[] = [];
  // One level a folder depth, in a list of our own: nested generators would cost each find one step a level.
  const enter = async (folder: Folder): Promise<Found | undefined> => {
    try {
      open.push({ folder, listing: await openListing(folder.path), entries: [], position: 0, ahead: [] });
      return undefined;
    } catch (error) {
      return problemFrom(error, folder.shown === '' ? '.' : folder.shown);
    }
  };
  try {
    const failure = await enter({
      path: root.path,
      shown: root.shown,
      below: '',
      depth: 1,
      whole: !root.pick,
    });
    if (failure) yield failure;
    for (let level = open.at(-1); level; level = open.at(-1)) {
      options.signal.throwIfAborted();
      const step = await next(level, root, options);
      if (step === undefined) {
        await level.listing.close();
        open.pop();
        continue;
      }
      const found = step.kind === 'enter' ? await enter(step.folder) : step;
      if (found && found.kind !== 'nothing') yield found;
    }
  } finally {
    for (const level of open) await level.listing.close();
  }
}

interface Folder {
  readonly path: string;
  readonly shown: string;
  /** Path below the root, parts joined by `/`. */
  readonly below: string;
  readonly depth: number;
  /** False where a glob still has to pick. */
  readonly whole: boolean;
}

interface Level {
  readonly folder: Folder;
  readonly listing: Listing;
  entries: readonly Entry[];
  position: number;
  /** What is being looked at ahead of time, in order; these promises do not reject. */
  readonly ahead: Promise<Step>[];
}

type Step = Found | { readonly kind: 'enter'; readonly folder: Folder } | { readonly kind: 'nothing' };

const nothing: Step = { kind: 'nothing' };
const maxAhead = 32;

// The next step of a folder, or undefined at its end.
async function next(level: Level, root: WalkRoot, options: WalkOptions): Promise<Step | undefined> {
  if (level.position >= level.entries.length && level.ahead.length === 0) {
    try {
      level.entries = await level.listing.next();
    } catch (error) {
      level.entries = [];
      return problemFrom(error, level.folder.shown);
    }
    level.position = 0;
    if (level.entries.length === 0) return undefined;
  }
  while (level.ahead.length < maxAhead && level.position < level.entries.length) {
    const entry = level.entries[level.position++] as Entry;
    const step = consider(entry, level.folder, root, options);
    if (step) level.ahead.push(step);
  }
  return level.ahead.shift() ?? nothing;
}

// Undefined for what is passed over without a word; the cheap tests by name come before any system call.
function consider(
  entry: Entry,
  folder: Folder,
  root: WalkRoot,
  options: WalkOptions,
): Promise<Step> | undefined {
  const { name } = entry;
  const spelt = !folder.whole && root.pick?.spellsOut(name);
  if (options.leaveOut(name) || (!options.hidden && !spelt && isHiddenOrSystem(name))) return undefined;

  const below = joinPlaces(folder.below, name);
  const filtered = joinPlaces(root.filterFrom, below);
  const mayBeFile = entry.kind !== 'folder';
  const mayBeFolder = entry.kind === 'folder' || entry.kind === 'unknown' || entry.kind === 'link';
  const picksFile = folder.whole || root.pick?.matches(below, false) === true;
  const wholeBelow = folder.whole || root.pick?.matches(below, true) === true;
  const reaches = folder.depth < options.maxDepth && (wholeBelow || folder.depth < (root.pick?.depth ?? 0));
  const asFile = mayBeFile && picksFile && options.filter.wantsFile(filtered);
  const asFolder = mayBeFolder && reaches && options.filter.entersFolder(filtered);
  if (!asFile && !asFolder) return undefined;

  const place: Place = {
    path: inside(folder.path, name),
    relative: joinPlaces(root.relative, below),
    shown: inside(folder.shown, name),
    named: false,
  };
  if (!entry.valid) return Promise.resolve(undecodable(place.shown, entry.kind === 'folder'));
  const enter = { ...place, below, depth: folder.depth + 1, whole: wholeBelow };
  return look(entry, place, { asFile, asFolder, enter }, options);
}

interface Wanted {
  readonly asFile: boolean;
  readonly asFolder: boolean;
  readonly enter: Folder;
}

async function look(entry: Entry, place: Place, wanted: Wanted, options: WalkOptions): Promise<Step> {
  const seen: Seen = entry.kind === 'link' ? await lookThroughLink(place) : await lookInside(place);
  if (seen.kind === 'folder') {
    const enters = wanted.asFolder && !(await options.skip.is(place.path, seen.identity));
    return enters ? { kind: 'enter', folder: wanted.enter } : nothing;
  }
  if (wanted.asFile || seen.kind !== 'problem') return wanted.asFile ? seen : nothing;
  // Nobody asked for a file of this name; of interest is only that a folder could not be looked into.
  const hidesFolder = entry.kind === 'link' ? seen.reason === 'not-a-file' : seen.failed;
  return hidesFolder ? seen : nothing;
}

function undecodable(shown: string, isFolder: boolean): Found {
  const hint = 'rename it, for example with: convmv -f latin1 -t utf8 --notest';
  return problem(shown, 'name-not-utf8', `the ${isFolder ? 'folder' : 'file'}'s name is not valid UTF-8`, {
    hint,
  });
}

function inside(folder: string, name: string): string {
  return folder === '' || folder.endsWith(sep) || folder.endsWith('/') ? folder + name : folder + sep + name;
}
