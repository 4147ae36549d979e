import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** Where the program keeps its own files; absolute paths, none of which needs to exist. */
export interface Paths {
  /** The user's settings, a file. */
  readonly config: string;
  /** Folder of what must not be lost: the key store. */
  readonly data: string;
  /** Folder of what is true of this machine: the ledger, paid pictures. */
  readonly state: string;
  /** Folder of what can be made again. */
  readonly cache: string;
  readonly ledger: string;
  /** Folder of the pictures that were paid for. */
  readonly paid: string;
  readonly keystore: string;
}

/**
 * Finds the program's own files by the conventions of `platform`; looks at nothing on disk.
 * `IMGSYS_HOME` puts all of them under one folder; a relative one is taken from the folder `from` (by default the
 * current one), an empty one is none.
 * Linux: XDG Base Directory Specification 0.8, by which a relative path in a variable of its own is to be ignored.
 */
export function findPaths(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  home = homedir(),
  from?: string,
): Paths {
  const folders = findFolders(env, platform, home, from);
  const { join } = platform === 'win32' ? win32 : posix;
  return {
    config: join(folders.config, 'config.json'),
    data: folders.data,
    state: folders.state,
    cache: folders.cache,
    ledger: join(folders.state, 'ledger.sqlite'),
    paid: join(folders.state, 'paid'),
    keystore: join(folders.data, 'keystore.json'),
  };
}

type Folders = Record<'config' | 'data' | 'state' | 'cache', string>;

function findFolders(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  home: string,
  from?: string,
): Folders {
  const { isAbsolute, join, resolve } = platform === 'win32' ? win32 : posix;
  const given = (name: string) => {
    const folder = env[name];
    return folder !== undefined && isAbsolute(folder) ? folder : undefined;
  };
  if (env.IMGSYS_HOME) {
    // Without `from` the current folder is asked for only when it is needed: it may have been deleted.
    const one = from === undefined ? resolve(env.IMGSYS_HOME) : resolve(from, env.IMGSYS_HOME);
    return { config: one, data: one, state: one, cache: join(one, 'cache') };
  }
  const user = given('HOME') ?? home;
  if (platform === 'darwin') {
    const library = join(user, 'Library');
    const support = join(library, 'Application Support', 'imgsys');
    const config = join(library, 'Preferences', 'imgsys');
    return { config, data: support, state: support, cache: join(library, 'Caches', 'imgsys') };
  }
  if (platform === 'win32') {
    const roaming = join(given('APPDATA') ?? join(home, 'AppData', 'Roaming'), 'imgsys');
    const local = join(given('LOCALAPPDATA') ?? join(home, 'AppData', 'Local'), 'imgsys');
    return { config: roaming, data: roaming, state: local, cache: join(local, 'cache') };
  }
  return {
    config: join(given('XDG_CONFIG_HOME') ?? join(user, '.config'), 'imgsys'),
    data: join(given('XDG_DATA_HOME') ?? join(user, '.local', 'share'), 'imgsys'),
    state: join(given('XDG_STATE_HOME') ?? join(user, '.local', 'state'), 'imgsys'),
    cache: join(given('XDG_CACHE_HOME') ?? join(user, '.cache'), 'imgsys'),
  };
}
