// Looks through the folders that were asked for, for pictures that the lock does not list.
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../errors.ts';
import { rawNameOfTiff } from '../../images/raw-tiff.ts';
import { sniff, sniffBytes } from '../../images/sniff.ts';
import { fixedPart, type LockEntry, type LockFolder, liesBelow } from '../../lock/lock.ts';
import type { LockTable } from '../../lock/table.ts';
import { isOurTemp } from '../../outputs/write.ts';
import { discover } from '../../sources/discover.ts';
import type { Found } from '../../sources/source.ts';
import { describeReadError } from '../../system-errors.ts';
import { nameInLock } from '../enhance/lock-flag.ts';
import type { EntriesParts } from './entries.ts';
import { inOrder } from './in-order.ts';
import { type Note, type Stale, staleWords } from './problem.ts';
import { leadsOut } from './within.ts';

const atOnce = 8;

/** What is wrong with a find, or undefined where all is well; in the order of the walk. */
export async function* findNew(
  asked: LockFolder,
  table: LockTable,
  parts: EntriesParts,
): AsyncGenerator<Stale | Note | undefined> {
  const { paths, include, exclude, maxDepth, hidden, output, backup } = asked;
  const skipFolders = [output, backup]
    .filter((path) => path !== null)
    .map((path) => join(parts.folder, path));
  const inside: string[] = [];
  for (const path of paths) {
    if (await parts.within(join(parts.folder, fixedPart(path)))) inside.push(path);
    else yield { type: 'stale', reason: 'unreadable', source: path, message: leadsOut, folder: asked };
  }
  const found = discover(inside, parts.folder, {
    ...{ include, exclude, maxDepth: maxDepth ?? Number.POSITIVE_INFINITY, hidden, skipFolders },
    ...{ leaveOut: isOurTemp, signal: new AbortController().signal },
  });
  yield* inOrder(found, atOnce, (item) => judge(item, asked, table, parts));
}

async function judge(
  item: Found,
  asked: LockFolder,
  table: LockTable,
  parts: EntriesParts,
): Promise<Stale | Note | undefined> {
  if (item.kind === 'problem') return judgeProblem(item, asked, parts);
  const source = nameInLock(item.source.path, parts.folder);
  if (source === undefined || !parts.wants(source)) return undefined;
  const isHere = (entry: LockEntry) =>
    asked.output === null ? entry.output === entry.source : liesBelow(entry.output, asked.output);
  if (table.bySource(source).some(isHere)) return undefined;
  for (const entry of table.alike(source)) {
    if (isHere(entry) && (await isOneFile(item.source.path, join(parts.folder, entry.source))))
      return undefined;
  }
  const stale = { type: 'stale', source, folder: asked } as const;
  try {
    if (!(await parts.within(item.source.path))) return { ...stale, reason: 'unreadable', message: leadsOut };
    if (!(await isPicture(item.source.path, asked.svg))) return undefined;
  } catch (error) {
    const { message } = describeReadError(error);
    return { ...stale, reason: 'unreadable', message };
  }
  // Two folders of a lock may overlap.
  const isTold = !table.isFirst(JSON.stringify([source, asked.output]));
  return isTold ? undefined : { ...stale, reason: 'new', message: staleWords.new('') };
}

async function judgeProblem(
  { shown, reason, message, failed }: Extract<Found, { kind: 'problem' }>,
  asked: LockFolder,
  { folder, wants, within }: EntriesParts,
): Promise<Stale | Note | undefined> {
  if (!failed || !wants(shown)) return undefined;
  if (!(await within(join(folder, shown)))) {
    return { type: 'stale', reason: 'unreadable', source: shown, message: leadsOut, folder: asked };
  }
  if (reason === 'not-found' && asked.paths.includes(shown)) {
    return { type: 'note', reason: 'folder-gone', source: shown, message: 'holds no picture any more' };
  }
  return { type: 'stale', reason: 'unreadable', source: shown, message, folder: asked };
}

// Told by content, as enhance does: text and the raw files of cameras may lie beside pictures.
async function isPicture(path: string, svg: boolean): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const sniffed = sniff(head);
    if (sniffed.kind !== 'image') return false;
    if (sniffed.format === 'tiff') return rawNameOfTiff(await file.readFile(), path) === undefined;
    return sniffed.format !== 'svg' || svg;
  } finally {
    await file.close();
  }
}

// Where letter case or accents make no other file.
async function isOneFile(path: string, other: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([stat(path), stat(other)]);
    return a.ino === b.ino && a.dev === b.dev;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return false;
  }
}
