// The entries of one folder, in bounded memory.
import { isUtf8 } from 'node:buffer';
import type { Dir, Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';

/** A folder with more entries than this is streamed unsorted. */
const maxSorted = 10_000;
const streamedAtOnce = 1_000;

export interface Entry {
  readonly name: string;
  /** False when the bytes of the name are not UTF-8; `name` then shows them as escapes. */
  readonly valid: boolean;
  readonly kind: 'file' | 'folder' | 'link' | 'other' | 'unknown';
}

export interface Listing {
  /** The next entries; none at the end. */
  next(): Promise<readonly Entry[]>;
  /** May be called at any time, and again. */
  close(): Promise<void>;
}

/**
 * Opens a folder and reads up to 10,000 entries, sorted by code unit. Only a larger folder stays open: its other
 * entries come in the system's order. Rejects with the system's error.
 */
export async function openListing(path: string): Promise<Listing> {
  // Names come as bytes, since Node would replace what is not UTF-8 and so name a file that is not there.
  const folder = await opendir(path, { encoding: 'buffer' as BufferEncoding, bufferSize: 256 });
  let dir: Dir | undefined = folder;
  const close = async () => {
    const open = dir;
    dir = undefined;
    await open?.close();
  };
  // After a failure nothing more is read: the same place would fail for ever.
  const readOrClose = async (from: Dir, count: number) => {
    try {
      return await read(from, count);
    } catch (error) {
      await close();
      throw error;
    }
  };
  let first: Entry[] | undefined = await readOrClose(folder, maxSorted + 1);
  if (first.length <= maxSorted) await close();
  first.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    async next() {
      const entries = first ?? (dir === undefined ? [] : await readOrClose(dir, streamedAtOnce));
      first = undefined;
      return entries;
    },
    close,
  };
}

async function read(dir: Dir, count: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  while (entries.length < count) {
    const entry = await dir.read();
    if (entry === null) break;
    entries.push(toEntry(entry));
  }
  return entries;
}

function toEntry(entry: Dirent): Entry {
  const bytes = entry.name as unknown as Buffer;
  const valid = isUtf8(bytes);
  return { name: valid ? bytes.toString('utf8') : escapeBytes(bytes), valid, kind: kindOf(entry) };
}

function kindOf(entry: Dirent): Entry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice()
    ? 'other'
    : 'unknown';
}

/** Bytes as text: printable ASCII as it is, all else as `\xe9`. */
export function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text +=
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}
