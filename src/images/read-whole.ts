import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ItemError } from '../errors.ts';
import { describeReadError } from '../system-errors.ts';

/** Opens without waiting for a writer: a FIFO may have taken the file's place. Throws ItemError. */
export async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw describeReadError(error);
  }
}

/** Reads what a file held at one moment. Throws ItemError, `too-large` by `refuseLarge` before anything is read. */
export async function readWhole(path: string, maxBytes: number, refuseLarge = tooLarge) {
  const handle = await openFile(path);
  try {
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) throw new ItemError('not-a-file', 'is not a regular file');
    if (stat.size > BigInt(maxBytes)) throw refuseLarge(Number(stat.size), maxBytes);
    const bytes = await handle.readFile().catch((error) => {
      throw describeReadError(error);
    });
    const after = await handle.stat({ bigint: true });
    if (after.mtimeNs !== stat.mtimeNs || BigInt(bytes.length) !== after.size) {
      throw new ItemError('changed-while-read', 'changed while it was read', {
        hint: 'run again when nobody writes to it',
      });
    }
    return { bytes, stat };
  } finally {
    await handle.close();
  }
}

function tooLarge(bytes: number, maxBytes: number): ItemError {
  return new ItemError('too-large', `the file has ${bytes} bytes, the limit is ${maxBytes}`, {
    hint: 'raise it with --max-file-size',
  });
}
