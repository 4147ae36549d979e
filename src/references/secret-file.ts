// Reads a key from a file, if nobody else could read or change it.
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { posix } from 'node:path';
import { type CommandError, systemCode } from '../errors.ts';
import { printable } from '../text.ts';
import { noKey } from './problem.ts';

export interface FileSurroundings {
  /** The reference, as it may be printed. */
  readonly from: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Who is asking; undefined where files have no owners (Windows: the profile's own access rules protect them). */
  readonly userId: number | undefined;
}

export const maxFileBytes = 65_536;

/**
 * The bytes of the file, 64 KiB at most. Refused, with CommandError 4, are: what is not a regular file, symbolic links,
 * more than one hard link, another owner, and any right for others. What containers and systemd hand over in /run/secrets
 * and $CREDENTIALS_DIRECTORY belongs to them: there links within the folder, root as the owner and reading by others are
 * usual, and only writing by others is refused.
 */
export async function readSecretFile(path: string, around: FileSurroundings): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    const handedOver = await handedOverPath(path, around.env);
    // A FIFO would be waited for at `open`, and a device may act on it.
    if (!(await lstat(handedOver ?? path)).isFile()) throw notAFile(path, around, handedOver);
    file = await open(
      handedOver ?? path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    const reason = refusal(await file.stat(), path, around, handedOver !== undefined);
    if (reason !== undefined) throw noKey(around.from, ...reason);
    const bytes = await readUpTo(file, maxFileBytes + 1);
    if (bytes.length > maxFileBytes)
      throw noKey(around.from, 'it is larger than 64 KiB, which is no key', wholeFile);
    return bytes;
  } catch (error) {
    const code = systemCode(error);
    const known = code === undefined ? undefined : systemReasons[code];
    throw known === undefined
      ? error
      : noKey(around.from, known, `is the path right, and may you read it: ls -l ${quoted(path)}`, error);
  } finally {
    await file?.close();
  }
}

const wholeFile = 'the file holds the key alone, on one line';
const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'it may not be read by you',
  EPERM: 'it may not be read by you',
  ELOOP: 'it is a symbolic link',
  ENAMETOOLONG: 'the path is too long',
};

// Where the file really is, if it is in one of the folders in which secrets are handed over, else undefined.
async function handedOverPath(path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = ['/run/secrets', '/var/run/secrets', env.CREDENTIALS_DIRECTORY ?? ''].filter(
    posix.isAbsolute,
  );
  const folder = folders.find((candidate) => isInside(posix.normalize(path), posix.normalize(candidate)));
  if (folder === undefined) return undefined;
  const real = await realpath(path);
  return isInside(real, await realpath(folder)) ? real : undefined;
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function notAFile(path: string, { from }: FileSurroundings, handedOver: string | undefined): CommandError {
  const reason =
    handedOver === undefined ? 'it is a symbolic link, or not a regular file' : 'it is not a regular file';
  return noKey(from, reason, `name the file itself: ls -l ${quoted(path)}`);
}

function refusal(
  { mode, nlink, uid }: Stats,
  path: string,
  { platform, userId }: FileSurroundings,
  isHandedOver: boolean,
): [reason: string, hint: string] | undefined {
  if (platform === 'win32') return undefined;
  const rights = (mode & 0o777).toString(8).padStart(4, '0');
  const close = `someone may have read it: make a new key, and keep it with chmod 600 ${quoted(path)}`;
  const isMine = uid === userId || (isHandedOver && uid === 0);
  if (!isMine) return ['it belongs to another user', `keep a file of your own: ls -l ${quoted(path)}`];
  if ((mode & 0o022) !== 0) return [`others may change it (mode ${rights})`, `chmod 600 ${quoted(path)}`];
  if (isHandedOver) return undefined;
  if ((mode & 0o077) !== 0) return [`others may read it (mode ${rights})`, close];
  return nlink > 1 ? ['it has a second name (hard link) elsewhere', 'keep a file with one name'] : undefined;
}

// Some files tell no size, and some grow.
async function readUpTo(file: FileHandle, maxBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(maxBytes);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, maxBytes - length, null);
    length += bytesRead;
    if (bytesRead === 0 || length === maxBytes) return bytes.subarray(0, length);
  }
}

function quoted(path: string): string {
  return /^[\w./:\\-]+$/.test(path) ? path : `'${printable(path).replaceAll("'", String.raw`'\''`)}'`;
}
