import { createHash } from 'node:crypto';
import { ItemError } from '../../errors.ts';
import { readWhole } from '../read-whole.ts';
import type { KnownFile } from './shape.ts';

const maxBytes = 256 * 2 ** 20;

/**
 * Reads a file that belongs to a result and must be the very one that was named. Throws ItemError `mask-unusable` or
 * `background-unusable`, also for what `use` throws of the kind.
 */
export async function readKnown<Value>(
  { path, sha256 }: KnownFile,
  what: 'mask' | 'background',
  use: (bytes: Buffer) => Promise<Value>,
): Promise<Value> {
  const reason = `${what}-unusable` as const;
  try {
    const { bytes } = await readWhole(path, maxBytes);
    if (createHash('sha256').update(bytes).digest('hex') === sha256) return await use(bytes);
  } catch (error) {
    if (!(error instanceof ItemError) || error.reason === reason) throw error;
    const hint = error.hint ?? `name a picture as the ${what}`;
    throw new ItemError(reason, `the ${what}: ${error.message}`, { hint, cause: error });
  }
  throw new ItemError(reason, `the ${what} has changed since the run began`, {
    hint: 'run the command again',
  });
}
