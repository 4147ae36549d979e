// The folder for results to be looked at: `_review` in the output folder, with a list of why they are there.
import { constants, copyFile, open } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ItemError, systemCode } from '../errors.ts';
import { reasonsName, reviewName } from '../review-folder.ts';
import { printable } from '../text.ts';
import { ensureFolder } from './folder.ts';
import { asWriteError } from './problem.ts';
import { discard, tempPathFor } from './write.ts';

/** Where the output that belongs to `place` is put aside: as in `folder`, the absolute output folder, below its `_review`. */
export function reviewPlace(folder: string, place: string): string {
  return join(folder, reviewName, relative(folder, place));
}

/**
 * Takes a temporary file to where it can become `place`, perhaps on another disk; its new path. Throws ItemError `disk-full`
 * or `write-failed`.
 */
export async function moveBeside(tempPath: string, place: string, token: string): Promise<string> {
  const to = tempPathFor(place, token);
  await ensureFolder(dirname(place));
  try {
    await copyFile(tempPath, to, constants.COPYFILE_EXCL);
  } catch (error) {
    await discard(to);
    throw asWriteError(error);
  }
  await discard(tempPath);
  return to;
}

/**
 * Adds a line to the list of reasons: the picture below the folder, and why it is there. One write at the end of the file,
 * synced, so that several processes can do it. Strangers gave the names in it, so nothing is written through a link. Throws
 * ItemError `disk-full` or `write-failed`.
 */
export async function noteReason(folder: string, place: string, why: string): Promise<void> {
  const review = join(folder, reviewName);
  const line = Buffer.from(`${printable(relative(review, place))}: ${printable(why)}\n`);
  try {
    await ensureFolder(review);
    const file = await open(join(review, reasonsName), appending);
    try {
      if (!(await file.stat()).isFile()) throw notOurs();
      await file.appendFile(line);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw isNoFile.has(systemCode(error) ?? '') ? notOurs(error) : asWriteError(error);
  }
}

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const appending = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
// A link, a folder, a named pipe that nobody reads.
const isNoFile: ReadonlySet<string> = new Set(['ELOOP', 'EISDIR', 'ENXIO']);

function notOurs(cause?: unknown): ItemError {
  return new ItemError('write-failed', `${reviewName}/${reasonsName} is a link or no file`, {
    hint: 'move it away, then run the same command again',
    cause,
  });
}
