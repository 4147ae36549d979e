// The directories (IFDs) of TIFF and of EXIF, which is built like TIFF. Nothing in them is trusted: every offset and
// count is checked against the bytes that are there. Layout: TIFF 6.0, section 2.

export interface Tiff {
  readonly bytes: Buffer;
  readonly littleEndian: boolean;
  /** Offset of the first directory. */
  readonly first: number;
}

export interface Entry {
  /** Offset of the 12-byte entry itself. */
  readonly at: number;
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where the value stands, in the entry or outside of it. */
  readonly valueAt: number;
  readonly valueBytes: number;
}

export interface Directory {
  readonly at: number;
  /** Entries whose type is known and whose value lies within the file. */
  readonly entries: readonly Entry[];
  /** Offset of the pointer to the next directory; undefined where the file ends before it. */
  readonly nextAt: number | undefined;
}

/** Reads the header; undefined where it is not (classic) TIFF. */
export function openTiff(bytes: Buffer): Tiff | undefined {
  const order = bytes.toString('latin1', 0, 2);
  if (bytes.length < 14 || (order !== 'II' && order !== 'MM')) return undefined;
  const littleEndian = order === 'II';
  const tiff = { bytes, littleEndian, first: 0 };
  if (readShort(tiff, 2) !== 42) return undefined;
  return { ...tiff, first: readLong(tiff, 4) };
}

/** Reads the directory at an offset; undefined where there cannot be one. */
export function readDirectory(tiff: Tiff, at: number): Directory | undefined {
  const { bytes } = tiff;
  if (at < 8 || at + 2 > bytes.length) return undefined;
  const stated = readShort(tiff, at);
  const count = Math.min(stated, Math.floor((bytes.length - at - 2) / 12));
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    const entry = readEntry(tiff, at + 2 + index * 12);
    if (entry !== undefined) entries.push(entry);
  }
  const nextAt = at + 2 + stated * 12;
  return { at, entries, nextAt: nextAt + 4 <= bytes.length ? nextAt : undefined };
}

/** The directory that a pointer entry (EXIF, GPS …) of another leads to. */
export function follow(tiff: Tiff, directory: Directory | undefined, tag: number): Directory | undefined {
  const pointer = directory?.entries.find((entry) => entry.tag === tag);
  const at = pointer && readNumber(tiff, pointer);
  return at === undefined ? undefined : readDirectory(tiff, at);
}

export function findEntry(directory: Directory | undefined, tag: number): Entry | undefined {
  return directory?.entries.find((entry) => entry.tag === tag);
}

/** The first value of an entry of type SHORT, LONG or IFD, or BYTE. */
export function readNumber(tiff: Tiff, entry: Entry, index = 0): number | undefined {
  if (index >= entry.count) return undefined;
  if (entry.type === 3) return readShort(tiff, entry.valueAt + index * 2);
  if (entry.type === 4 || entry.type === 13) return readLong(tiff, entry.valueAt + index * 4);
  return entry.type === 1 ? tiff.bytes[entry.valueAt + index] : undefined;
}

/** Writes the first value of an entry of type SHORT or LONG; a SHORT too small for it becomes a LONG. */
export function writeNumber(tiff: Tiff, entry: Entry, value: number): void {
  if (entry.count !== 1 || (entry.type !== 3 && entry.type !== 4)) return;
  if (entry.type === 3 && value <= 0xffff) {
    writeShort(tiff, entry.valueAt, value);
    return;
  }
  if (entry.type === 3) writeShort(tiff, entry.at + 2, 4);
  writeLong(tiff, entry.valueAt, value);
}

export function readShort({ bytes, littleEndian }: Tiff, at: number): number {
  return littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

export function readLong({ bytes, littleEndian }: Tiff, at: number): number {
  return littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

export function writeShort({ bytes, littleEndian }: Tiff, at: number, value: number): void {
  if (littleEndian) bytes.writeUInt16LE(value, at);
  else bytes.writeUInt16BE(value, at);
}

export function writeLong({ bytes, littleEndian }: Tiff, at: number, value: number): void {
  if (littleEndian) bytes.writeUInt32LE(value, at);
  else bytes.writeUInt32BE(value, at);
}

// Bytes of one value, by TIFF type: BYTE ASCII SHORT LONG RATIONAL SBYTE UNDEFINED SSHORT SLONG SRATIONAL FLOAT DOUBLE
// IFD; 129 is the UTF-8 of EXIF 3.0.
const sizes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  129: 1,
};

function readEntry(tiff: Tiff, at: number): Entry | undefined {
  const type = readShort(tiff, at + 2);
  const count = readLong(tiff, at + 4);
  const valueBytes = (sizes[type] ?? Number.NaN) * count;
  const valueAt = valueBytes <= 4 ? at + 8 : readLong(tiff, at + 8);
  const within = valueAt + valueBytes <= tiff.bytes.length;
  return within ? { at, tag: readShort(tiff, at), type, count, valueAt, valueBytes } : undefined;
}
