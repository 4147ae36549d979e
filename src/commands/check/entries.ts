// Compares what a lock file lists with what stands.
import { join } from 'node:path';
import { systemCode } from '../../errors.ts';
import type { LockEntry, LockFolder } from '../../lock/lock.ts';
import { liesBelow } from '../../lock/lock.ts';
import type { LockTable } from '../../lock/table.ts';
import { describeReadError } from '../../system-errors.ts';
import { printable } from '../../text.ts';
import { hashQuickly } from './hash-quickly.ts';
import { inOrder } from './in-order.ts';
import { type Note, type Stale, type StaleReason, staleWords } from './problem.ts';
import { leadsOut } from './within.ts';

const atOnce = 8;

export interface EntriesParts {
  /** Folder of the lock file. */
  readonly folder: string;
  readonly folders: readonly LockFolder[];
  /** Whether a file, by its absolute path, lies below that folder; through links, too. */
  readonly within: (path: string) => Promise<boolean>;
  /** Whether a path that the lock names is asked about. */
  readonly wants: (path: string) => boolean;
}

/** Each entry asked about: the problem with it, or undefined where all is well. In the order of the lock. */
export async function* checkEntries(
  table: LockTable,
  parts: EntriesParts,
): AsyncGenerator<Stale | Note | undefined> {
  const wanted = (entry: LockEntry) => parts.wants(entry.source) || parts.wants(entry.output);
  yield* inOrder(only(table.all(), wanted), atOnce, (entry) => checkEntry(entry, parts));
}

/** What enhances this entry again. */
export function folderOf(
  { source, output }: LockEntry,
  folders: readonly LockFolder[],
): LockFolder | undefined {
  return folders.find((folder) =>
    folder.output === null ? output === source : liesBelow(output, folder.output),
  );
}

function* only<Item>(items: Iterable<Item>, wants: (item: Item) => boolean): Generator<Item> {
  for (const item of items) if (wants(item)) yield item;
}

async function checkEntry(entry: LockEntry, parts: EntriesParts): Promise<Stale | Note | undefined> {
  const { source, output } = entry;
  const stale = (reason: Exclude<StaleReason, 'unreadable'>) =>
    told(reason, entry, parts, staleWords[reason](printable(output)));
  const inPlace = source === output;
  const now = await look(join(parts.folder, source), parts);
  if ('message' in now) return told('unreadable', entry, parts, now.message);
  // In place the original is not there any more; what stands is the output, or a newer original.
  if (inPlace && now.sha256 !== undefined)
    return now.sha256 === entry.outputSha256 ? undefined : stale('changed');
  if (!inPlace && now.sha256 !== undefined && now.sha256 !== entry.sourceSha256) return stale('changed');
  const result = inPlace ? now : await look(join(parts.folder, output), parts);
  if (now.sha256 === undefined) {
    if ('message' in result || result.sha256 !== undefined) return stale('source-gone');
    const message = 'is gone with its output; the next enhance with --lock takes it off the list';
    return { type: 'note', reason: 'source-gone', source, message };
  }
  if ('message' in result) return told('unreadable', entry, parts, `its output: ${result.message}`);
  if (entry.state === 'in-review') {
    if (result.sha256 !== undefined) return stale('in-review');
    return told('missing-output', entry, parts, staleWords['out-of-review'](printable(output)));
  }
  if (result.sha256 === undefined) return stale('missing-output');
  return result.sha256 === entry.outputSha256 ? undefined : stale('output-changed');
}

function told(reason: StaleReason, entry: LockEntry, { folders }: EntriesParts, message: string): Stale {
  const folder = folderOf(entry, folders);
  const { source, output } = entry;
  return { type: 'stale', reason, source, output, message, ...(folder && { folder }) };
}

// The hash of what stands there, none where nothing does, or why it cannot be read.
async function look(
  path: string,
  { within }: EntriesParts,
): Promise<{ readonly sha256: string | undefined } | { readonly message: string }> {
  try {
    if (!(await within(path))) return { message: leadsOut };
    return { sha256: await hashQuickly(path) };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return { sha256: undefined };
    return { message: describeReadError(error).message };
  }
}
