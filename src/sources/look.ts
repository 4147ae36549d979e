// What one path is: a source, a folder, or a problem with its reason.
import type { BigIntStats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { systemCode } from '../errors.ts';
import { problem, problemFrom } from './problem.ts';
import type { Identity } from './skip.ts';
import type { Found } from './source.ts';

export interface Place {
  /** Absolute path. */
  readonly path: string;
  readonly relative: string;
  readonly shown: string;
  readonly named: boolean;
}

export type Seen = Found | { readonly kind: 'folder'; readonly identity: Identity };

/** Looks at what a walk found, without following links. */
export async function lookInside(place: Place): Promise<Seen> {
  try {
    return judge(await lstat(place.path, { bigint: true }), place);
  } catch (error) {
    return problemFrom(error, place.shown);
  }
}

/** Looks at what the user named: links are followed. */
export async function lookAtNamed(place: Place): Promise<Seen> {
  try {
    return judge(await stat(place.path, { bigint: true }), place);
  } catch (error) {
    return isMissing(error) && (await isDangling(place.path))
      ? leadsNowhere(place)
      : problemFrom(error, place.shown);
  }
}

/** Looks at where a link inside a walked tree leads: files are followed, folders are not. */
export async function lookThroughLink(place: Place): Promise<Found> {
  try {
    const seen = judge(await stat(place.path, { bigint: true }), place);
    if (seen.kind !== 'folder') return seen;
  } catch (error) {
    return isMissing(error) ? leadsNowhere(place) : problemFrom(error, place.shown);
  }
  const hint = 'name the folder it leads to, if its pictures are wanted';
  return problem(place.shown, 'not-a-file', 'a link to a folder is not followed', { hint, failed: false });
}

function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function judge(stats: BigIntStats, place: Place): Seen {
  if (stats.isFile()) {
    const { path, relative, shown, named } = place;
    const { mtimeNs, ino: inode, dev: device } = stats;
    return {
      kind: 'source',
      source: { path, relative, shown, named, size: Number(stats.size), mtimeNs, inode, device },
    };
  }
  if (stats.isDirectory()) return { kind: 'folder', identity: stats };
  return problem(place.shown, 'not-a-file', `${kindOf(stats)}, not a file`, { failed: place.named });
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device' : 'neither a file nor a folder';
}

function leadsNowhere(place: Place): Found {
  return problem(place.shown, 'not-found', 'a link that leads nowhere', {
    hint: 'the file it stood for is gone',
  });
}

async function isDangling(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
