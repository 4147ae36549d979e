// A directory with those below it, taken out of one file to be written into another at other offsets.
import { follow, readDirectory, type Tiff } from './ifd.ts';

export interface Item {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** In the byte order it was read in; empty for a directory. */
  readonly value: Buffer;
  /** The directory this entry points to. */
  readonly below: readonly Item[] | undefined;
}

// EXIF, GPS and interoperability directories; pointers to others would be stale.
const pointers = [0x8769, 0x8825, 0xa005];

// Beyond these an entry is no metadata (Photoshop keeps its layers in one) or the file is hostile.
const maxValueBytes = 256 * 1024;
const maxTotalBytes = 4 * 2 ** 20;

/** The first directory of a file with those below it, without the tags named. */
export function readTree(tiff: Tiff, without: ReadonlySet<number>): Item[] {
  const budget = { bytes: maxTotalBytes };
  return read(tiff, readDirectory(tiff, tiff.first), budget, 0).filter(({ tag }) => !without.has(tag));
}

/**
 * The directory as it stands at offset `at` of a file, followed by its values and the directories below. `swap` turns
 * the byte order of all values round; `littleEndian` is that of the file written.
 */
export function writeTree(items: readonly Item[], at: number, littleEndian: boolean, swap: boolean): Buffer {
  const sorted = [...items].sort((a, b) => a.tag - b.tag);
  const table = Buffer.alloc(2 + sorted.length * 12 + 4);
  const put = numberWriter(table, littleEndian);
  const parts: Buffer[] = [table];
  let end = at + table.length;
  put.short(sorted.length, 0);
  for (const [index, { tag, type, count, value, below }] of sorted.entries()) {
    const entry = 2 + index * 12;
    put.short(tag, entry);
    put.short(below ? 4 : type, entry + 2);
    put.long(count, entry + 4);
    const bytes = below ? writeTree(below, end, littleEndian, swap) : swap ? swapped(value, type) : value;
    if (!below && bytes.length <= 4) {
      bytes.copy(table, entry + 8);
      continue;
    }
    put.long(end, entry + 8);
    const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
    parts.push(padded);
    end += padded.length;
  }
  return Buffer.concat(parts);
}

function read(
  tiff: Tiff,
  directory: ReturnType<typeof readDirectory>,
  budget: { bytes: number },
  depth: number,
): Item[] {
  const items: Item[] = [];
  const seen = new Set<number>();
  for (const { tag, type, count, valueAt, valueBytes } of directory?.entries ?? []) {
    if (seen.has(tag) || valueBytes > maxValueBytes || valueBytes > budget.bytes) continue;
    seen.add(tag);
    budget.bytes -= valueBytes;
    const isPointer = pointers.includes(tag);
    const below =
      isPointer && depth < 2 ? read(tiff, follow(tiff, directory, tag), budget, depth + 1) : undefined;
    if (isPointer && (below === undefined || below.length === 0)) continue;
    const value = isPointer
      ? Buffer.alloc(0)
      : Buffer.from(tiff.bytes.subarray(valueAt, valueAt + valueBytes));
    items.push({ tag, type, count: isPointer ? 1 : count, value, below });
  }
  return items;
}

// Width of what is one number in a value, by type; RATIONAL is two of 4 bytes.
const widths: Readonly<Record<number, 2 | 4 | 8>> = {
  3: 2,
  8: 2,
  4: 4,
  5: 4,
  9: 4,
  10: 4,
  11: 4,
  13: 4,
  12: 8,
};

function swapped(value: Buffer, type: number): Buffer {
  const copy = Buffer.from(value);
  const width = widths[type];
  if (width === 2) return copy.swap16();
  if (width === 4) return copy.swap32();
  return width === 8 ? copy.swap64() : copy;
}

function numberWriter(bytes: Buffer, littleEndian: boolean) {
  return {
    short: (value: number, at: number) =>
      littleEndian ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at),
    long: (value: number, at: number) =>
      littleEndian ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at),
  };
}
