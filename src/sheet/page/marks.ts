import type { SheetPicture } from '../data.ts';
import { sheet } from './data.ts';

export type Mark = 'accepted' | 'rejected';

const storageName = `imgsys contact sheet ${sheet.head.run}`;
const listeners: (() => void)[] = [];
let isKept = true;
const marks = readMarks();

export function markOf({ path }: SheetPicture): Mark | undefined {
  return path === undefined ? undefined : marks.get(path);
}

/** Sets a mark, or takes it away where it stands. What no list can hold has none. */
export function toggleMark(one: SheetPicture, mark: Mark): void {
  if (one.path === undefined) return;
  if (marks.get(one.path) === mark) marks.delete(one.path);
  else marks.set(one.path, mark);
  keepMarks();
}

export function setMarks(paths: readonly string[], mark: Mark): void {
  for (const path of paths) marks.set(path, mark);
  keepMarks();
}

export function markedWith(mark: Mark): string[] {
  return sheet.pictures.flatMap(({ path }) => (path !== undefined && marks.get(path) === mark ? [path] : []));
}

/** False where the browser keeps nothing for this page: the marks last until it is closed. */
export function areMarksKept(): boolean {
  return isKept;
}

export function onMarks(listener: () => void): void {
  listeners.push(listener);
}

function readMarks(): Map<string, Mark> {
  const kept = fromStorage(() => localStorage.getItem(storageName));
  return new Map(kept ? parsed(kept).filter(isMark) : []);
}

// Pages from the disk may share their storage with strangers.
function parsed(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
}

function isMark(entry: unknown): entry is [string, Mark] {
  return Array.isArray(entry) && (entry[1] === 'accepted' || entry[1] === 'rejected');
}

function keepMarks(): void {
  fromStorage(() => localStorage.setItem(storageName, JSON.stringify([...marks])));
  for (const listener of listeners) listener();
}

// Browsers may forbid it to pages from the disk, or be full.
function fromStorage<Result>(use: () => Result): Result | undefined {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    isKept = false;
    return undefined;
  }
}
