import { fixedPart, isSameEntry, type LockEntry, type LockFolder, type LockHead, liesBelow } from './lock.ts';
import type { LockTable } from './table.ts';

/** What a run knows when it ends. */
export interface RunNotes {
  /** Every output that stands. */
  readonly table: LockTable;
  /** What was asked for; undefined for a list, which covers no folder. */
  readonly folder: LockFolder | undefined;
  /** Where its results go; null for a run in place. */
  readonly output: string | null;
  /** Whether it went through all of `folder`. */
  readonly isComplete: boolean;
}

/**
 * Brings a lock file up to what a run found. What is the same keeps its line; what other runs noted stays, but for an
 * output that gave way to another of the same picture, and for pictures of this run's folders that are gone with their
 * output. `exists` looks at a path relative to the lock file. Resolves with how many outputs stand whose pictures are gone.
 */
export async function mergeNotes(
  table: LockTable,
  notes: RunNotes,
  exists: (path: string) => Promise<boolean>,
): Promise<number> {
  for (const entry of notes.table.all()) {
    const known = table.get(entry.source, entry.output);
    if (known === undefined || !isSameEntry(known, entry)) table.put(entry);
    for (const other of table.bySource(entry.source)) {
      if (!isPlaceOf(other, notes) || isNoted(other, notes)) continue;
      if (!(await exists(other.output))) table.delete(other);
    }
  }
  let left = 0;
  const roots = notes.isComplete ? (notes.folder?.paths.map(fixedPart) ?? []) : [];
  if (roots.length === 0) return left;
  for (const entry of table.all()) {
    if (!roots.some((root) => liesBelow(entry.source, root)) || isNoted(entry, notes)) continue;
    if (await exists(entry.source)) continue;
    if (await exists(entry.output)) left += 1;
    else table.delete(entry);
  }
  return left;
}

/** The head with one more folder; one that leads from the same paths to the same place is replaced. */
export function withFolder(head: LockHead, folder: LockFolder | undefined): LockHead {
  if (folder === undefined || folder.paths.length === 0) return head;
  const place = ({ paths, output }: LockFolder) => JSON.stringify([output, paths]);
  const others = head.folders.filter((other) => place(other) !== place(folder));
  const folders = [...others, folder].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  return { ...head, folders };
}

function isNoted({ source, output }: LockEntry, { table }: RunNotes): boolean {
  return table.get(source, output) !== undefined;
}

function isPlaceOf({ source, output }: LockEntry, notes: RunNotes): boolean {
  return notes.output === null ? output === source : liesBelow(output, notes.output);
}
