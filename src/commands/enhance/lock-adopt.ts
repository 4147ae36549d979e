// A fresh clone has no ledger: what its lock file and its files agree on counts as done here, too.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchOptions } from '../../batch/options.ts';
import { sha256OfFile } from '../../hash-file.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { FileStamp } from '../../ledger/outputs.ts';
import type { Run } from '../../ledger/runs.ts';
import { type LockEntry, liesBelow } from '../../lock/lock.ts';
import type { LockTable } from '../../lock/table.ts';
import { describeReadError } from '../../system-errors.ts';
import { inOrder } from '../check/in-order.ts';
import { nameInLock } from './lock-flag.ts';

export interface AdoptParts {
  readonly ledger: Ledger;
  readonly run: Run;
  readonly batch: BatchOptions;
  /** Folder of the lock file. */
  readonly folder: string;
  readonly drain: AbortSignal;
  /** Whether a file lies below that folder; through links, too. */
  readonly within: (path: string) => Promise<boolean>;
}

const atOnce = 8;

/**
 * Makes known to the ledger the outputs of this very recipe that stand as the lock says. Hashes alone count: a checkout
 * gives every file a new time. A file that is taken over may be replaced when its source is another: whoever wrote the lock
 * had its very bytes, so no file of this user's alone is at a stranger's mercy. Sources are believed to be those of the lock
 * only when the run has read them.
 */
export async function adoptListed(table: LockTable, parts: AdoptParts): Promise<void> {
  const { batch, folder, drain } = parts;
  const output = batch.outputFolder === undefined ? null : (nameInLock(batch.outputFolder, folder) ?? '');
  const isOurs = (entry: LockEntry) =>
    entry.recipe === batch.recipeKey &&
    (output === null ? entry.output === entry.source : liesBelow(entry.output, output));
  const adoptOurs = async (entry: LockEntry) => (isOurs(entry) ? adopt(entry, parts) : undefined);
  for await (const _ of inOrder(table.all(), atOnce, adoptOurs)) if (drain.aborted) return;
}

async function adopt(entry: LockEntry, { ledger, run, batch, folder, within }: AdoptParts): Promise<void> {
  const outputPath = join(folder, entry.output);
  const known = ledger.outputAt(outputPath);
  if (known?.recipeKey === entry.recipe && known.output?.sha256 === entry.outputSha256) return;
  const output = (await within(outputPath)) ? await stampOf(outputPath) : undefined;
  if (output?.sha256 !== entry.outputSha256) return;
  await ledger.adopt(run, {
    outputPath,
    sourcePath: join(folder, entry.source),
    recipeKey: entry.recipe,
    outputFolder: batch.outputFolder ?? '',
    jobKey: batch.jobKey(entry.sourceSha256),
    state: entry.state === 'unchanged' ? 'unchanged' : 'enhanced',
    // No file is like that, so the source is read.
    source: { sha256: entry.sourceSha256, size: -1, mtimeNs: 0n, inode: 0n },
    output,
    plan: undefined,
  });
}

// Looked at before it is read, so that what is written meanwhile is not taken for what was read.
async function stampOf(path: string): Promise<FileStamp | undefined> {
  try {
    const stat = await lstat(path, { bigint: true });
    if (!stat.isFile()) return undefined;
    const { size, mtimeNs, ino: inode } = stat;
    return { size: Number(size), mtimeNs, inode, sha256: await sha256OfFile(path) };
  } catch (error) {
    // What is missing or cannot be read is not taken over, and the run says why when it comes to it. A defect is thrown.
    describeReadError(error);
    return undefined;
  }
}
