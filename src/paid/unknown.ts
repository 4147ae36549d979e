// Pictures that were bought and that no ledger knows: it was lost, emptied, or an older copy was put in its place.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { cannotLook } from './refusals.ts';

/**
 * The folders of runs in `folder` with a bought picture whose attempt is not among those of its run: that folder itself
 * where it holds no other, and several. Throws ItemError (`read-failed`) where that cannot be told.
 */
export async function findUnknown(
  folder: string,
  attemptsOf: (runId: string) => ReadonlySet<string>,
): Promise<string[]> {
  const unknown: string[] = [];
  let runs = 0;
  for (const runId of await namesIn(folder)) {
    const pictures = (await namesIn(join(folder, runId))).filter((name) => name.endsWith('.img'));
    if (pictures.length > 0) runs += 1;
    // After the names, so that what another process buys meanwhile is known.
    const known = pictures.length === 0 ? new Set() : attemptsOf(runId);
    if (pictures.some((name) => !known.has(`${runId}-${name.slice(0, -'.img'.length)}`))) {
      unknown.push(join(folder, runId));
    }
  }
  return unknown.length > 1 && unknown.length === runs ? [folder] : unknown;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return [];
    throw cannotLook(folder, error);
  }
}
