// Folders that are never taken as input: where the outputs and the backups go.
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { systemCode } from '../errors.ts';
import { reasonsName, reviewName } from '../review-folder.ts';

export interface Skip {
  /** Whether the folder at `path` is one of them; `identity` is its device and inode. */
  is(path: string, identity: Identity): Promise<boolean>;
  /** Whether the file at `path` lies in one of them, at any depth. */
  holds(path: string): Promise<boolean>;
}

export interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/**
 * Besides these, folders in which a run has put results aside. Compares by device and inode, so that links, mounts and
 * letter case do not fool it, and by path, too. A folder that does not exist yet is looked for again each time: the run
 * makes its output folder while the walk goes on.
 */
export function skipFolders(folders: readonly string[]): Skip {
  const known = folders.map((folder) => ({ path: resolve(folder), real: '', identity: noIdentity }));
  const refresh = async (folder: (typeof known)[number]) => {
    if (folder.real !== '') return folder;
    const real = (await unlessUnreachable(realpath(folder.path))) ?? '';
    const identity = (await unlessUnreachable(stat(folder.path, { bigint: true }))) ?? noIdentity;
    // Set together: several folders of a walk are looked at at once. A folder made between both is asked for again.
    if (real !== '' && identity !== noIdentity) Object.assign(folder, { real, identity });
    return folder;
  };
  let last = { folder: '', held: false };
  return {
    async is(path, identity) {
      // Results that an earlier run put aside are no sources.
      if (basename(path) === reviewName && (await isThere(join(path, reasonsName)))) return true;
      for (const folder of known) {
        if (path === folder.path) return true;
        const { dev, ino } = (await refresh(folder)).identity;
        if (ino === identity.ino && dev === identity.dev) return true;
      }
      return false;
    },
    async holds(path) {
      const folder = dirname(path);
      // Files come folder by folder, and a folder that stands does not move into another.
      if (folder === last.folder) return last.held;
      const real = (await unlessUnreachable(realpath(folder))) ?? folder;
      let held = false;
      for (const each of known) {
        const skipped = await refresh(each);
        held ||= lies(folder, skipped.path) || (skipped.real !== '' && lies(real, skipped.real));
      }
      last = { folder, held };
      return held;
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return (await unlessUnreachable(stat(path))) !== undefined;
}

const noIdentity: Identity = { dev: -1n, ino: -1n };

function lies(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

// A folder that is missing or cannot be reached cannot be recognised by identity; its path is still compared.
async function unlessUnreachable<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined || !unreachable.has(code)) throw error;
    return undefined;
  }
}

const unreachable = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG']);
