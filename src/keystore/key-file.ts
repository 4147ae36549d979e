// The file of a key file slot. It protects copies of the store that are made without it, and nothing else.
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { systemCode } from '../errors.ts';
import { printable } from '../text.ts';
import { type Remedies, readOwnFile } from './read-file.ts';
import { cannotUnlock, refused } from './refusals.ts';
import { keyBytes, newKey } from './vault.ts';
import { writeNew } from './write-file.ts';

const maxBytes = 65_536;
const remedies: Remedies = {
  seen: 'make another: imgsys key store add-keyfile PATH',
  notFile: () => 'put the key file itself in that place, or name another: imgsys key store add-keyfile PATH',
};

/**
 * Checks that `path` may be the key file of the store `file`, and makes it, with a random key, when it is not there.
 * Throws CommandError 2 for a place inside the store's folder or a git work tree, 12 for a file that is not private.
 */
export async function prepareKeyFile(path: string, file: string): Promise<string> {
  const absolute = realPlaceOf(resolve(path));
  if (`${absolute}${sep}`.startsWith(`${dirname(realPlaceOf(resolve(file)))}${sep}`)) {
    throw refused(
      `the key file would lie in the folder of the key store, and be copied with it: ${printable(absolute)}`,
      'choose a place outside it, best on another disk',
    );
  }
  const tree = workTreeOf(dirname(absolute));
  if (tree !== undefined) {
    throw refused(
      `the key file would lie in the git work tree ${printable(tree)}`,
      'choose a place outside it',
    );
  }
  await makeUnlessThere(absolute);
  readKeyFile(absolute);
  return absolute;
}

/** The content of a key file. Throws CommandError 12 if it is not there, not private, or shorter than 32 bytes. */
export function readKeyFile(path: string): Buffer {
  const content = readOwnFile(path, remedies);
  if (content === undefined) {
    throw cannotUnlock(
      `the key file ${printable(path)} is not there`,
      'put it back, or mount the disk it lies on',
    );
  }
  if (content.length >= keyBytes && content.length <= maxBytes) return content;
  throw cannotUnlock(
    `the key file ${printable(path)} does not have between ${keyBytes} and ${maxBytes} bytes`,
    'make one: head -c 32 /dev/urandom | base64 > PATH, then chmod 600 PATH',
  );
}

// Where a path leads when its folder is a link; the file itself may be missing, and must not be a link.
function realPlaceOf(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path;
}

async function makeUnlessThere(path: string): Promise<void> {
  try {
    await writeNew(path, `${newKey().toString('base64')}\n`);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    if (!['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) throw error;
    throw refused(`the key file ${printable(path)} cannot be made`, 'name a file in a folder of yours');
  }
}

function workTreeOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}
