import { createHash, subtle } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ItemError } from '../../errors.ts';

/** Larger files are read in pieces. */
const maxWholeBytes = 16 * 2 ** 20;

/**
 * The SHA-256 of a file in hexadecimal, reckoned beside the event loop, so that several take several processors. Throws
 * the system's own error, and ItemError for what is no file.
 */
export async function hashQuickly(path: string): Promise<string> {
  // Without waiting for whoever may write to a pipe of that name.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new ItemError('not-a-file', 'not a file');
    if (stat.size <= maxWholeBytes) {
      const digest = await subtle.digest('SHA-256', await file.readFile());
      return Buffer.from(digest).toString('hex');
    }
    const hash = createHash('sha256');
    for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk);
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}
