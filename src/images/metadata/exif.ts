// EXIF is patched in place, so that everything else in it (maker notes with offsets of their own, unknown tags) stays
// byte for byte. Tags: CIPA DC-008 (Exif 2.32), 4.6; TIFF 6.0.
import {
  type Directory,
  type Entry,
  findEntry,
  follow,
  openTiff,
  readDirectory,
  readLong,
  readNumber,
  readShort,
  type Tiff,
  writeLong,
  writeNumber,
  writeShort,
} from './ifd.ts';

const tags = {
  imageWidth: 0x100,
  imageLength: 0x101,
  stripOffsets: 0x111,
  orientation: 0x112,
  stripByteCounts: 0x117,
  thumbnailOffset: 0x201,
  thumbnailBytes: 0x202,
  exif: 0x8769,
  gps: 0x8825,
  pixelWidth: 0xa002,
  pixelHeight: 0xa003,
} as const;

export interface ExifEdit {
  /** Size of the picture in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly removeGps: boolean;
}

/** The TIFF-like block of EXIF without the `Exif\0\0` some containers put before it; undefined where there is none. */
export function exifBlob(bytes: Buffer | undefined): Buffer | undefined {
  const start = bytes?.toString('latin1', 0, 6) === 'Exif\0\0' ? 6 : 0;
  return bytes === undefined || bytes.length - start < 8 ? undefined : bytes.subarray(start);
}

/** The orientation, 1 to 8, if the block has a legal one. */
export function orientationIn(blob: Buffer | undefined): number | undefined {
  const tiff = blob && openTiff(blob);
  const entry = tiff && findEntry(readDirectory(tiff, tiff.first), tags.orientation);
  const value = tiff && entry && readNumber(tiff, entry);
  return value !== undefined && value >= 1 && value <= 8 ? value : undefined;
}

/**
 * A copy for an upright picture: orientation 1, the size as given, the stale thumbnail unlinked and its bytes zeroed,
 * GPS zeroed and unlinked where asked. Undefined where the block cannot be read.
 */
export function editExif(blob: Buffer, edit: ExifEdit): Buffer | undefined {
  const bytes = Buffer.from(blob);
  const tiff = openTiff(bytes);
  const main = tiff && readDirectory(tiff, tiff.first);
  if (tiff === undefined || main === undefined || main.entries.length === 0) return undefined;
  const exif = follow(tiff, main, tags.exif);
  set(tiff, main, tags.orientation, 1);
  set(tiff, main, tags.imageWidth, edit.size.width);
  set(tiff, main, tags.imageLength, edit.size.height);
  set(tiff, exif, tags.pixelWidth, edit.size.width);
  set(tiff, exif, tags.pixelHeight, edit.size.height);
  const end = dropThumbnail(tiff, main, [main, exif, follow(tiff, main, tags.gps)]);
  // Removing shifts the entries of a directory, so it comes last, and the inner directory first.
  if (edit.removeGps && exif) removeGps(tiff, exif.at);
  if (edit.removeGps) removeGps(tiff, main.at);
  return bytes.subarray(0, end);
}

function set(tiff: Tiff, directory: Directory | undefined, tag: number, value: number): void {
  const entry = findEntry(directory, tag);
  if (entry) writeNumber(tiff, entry, value);
}

// Unlinks the second directory and zeroes its picture where nothing else uses these bytes. Gives the new length: what
// is only zeroes at the end is cut off.
function dropThumbnail(tiff: Tiff, main: Directory, others: readonly (Directory | undefined)[]): number {
  const { bytes } = tiff;
  const second = main.nextAt === undefined ? undefined : readDirectory(tiff, readLong(tiff, main.nextAt));
  if (main.nextAt === undefined || second === undefined) return bytes.length;
  writeLong(tiff, main.nextAt, 0);
  const used = others.flatMap((directory) => (directory ? rangesOf(directory) : []));
  const picture = pictureRanges(tiff, second).filter((range) => !used.some((other) => overlap(range, other)));
  const table = rangesOf(second).filter((range) => !used.some((other) => overlap(range, other)));
  for (const [from, to] of [...picture, ...table]) bytes.fill(0, from, to);
  const last = picture.find(([from, to]) => to >= bytes.length && from > second.at);
  return last === undefined ? bytes.length : last[0];
}

type Range = readonly [from: number, to: number];

function rangesOf(directory: Directory): Range[] {
  const table: Range = [directory.at, directory.at + 2 + directory.entries.length * 12];
  return [
    table,
    ...directory.entries.map((entry): Range => [entry.valueAt, entry.valueAt + entry.valueBytes]),
  ];
}

function pictureRanges(tiff: Tiff, directory: Directory): Range[] {
  const ranges: Range[] = [];
  for (const [offsetTag, bytesTag] of [
    [tags.thumbnailOffset, tags.thumbnailBytes],
    [tags.stripOffsets, tags.stripByteCounts],
  ] as const) {
    const offsets = findEntry(directory, offsetTag);
    const lengths = findEntry(directory, bytesTag);
    if (offsets && lengths) ranges.push(...stripRanges(tiff, offsets, lengths));
  }
  return ranges;
}

function stripRanges(tiff: Tiff, offsets: Entry, lengths: Entry): Range[] {
  const ranges: Range[] = [];
  for (let index = 0; index < Math.min(offsets.count, lengths.count, 1000); index++) {
    const from = readNumber(tiff, offsets, index) ?? 0;
    const to = Math.min(from + (readNumber(tiff, lengths, index) ?? 0), tiff.bytes.length);
    if (from >= 8 && to > from) ranges.push([from, to]);
  }
  return ranges;
}

function overlap(a: Range, b: Range): boolean {
  return a[0] < b[1] && b[0] < a[1];
}

// Zeroes the GPS directory and its values, then takes its entry out of the directory that points to it, also where the
// entry's type is wrong: a lenient reader would follow it.
function removeGps(tiff: Tiff, from: number): void {
  const { bytes } = tiff;
  const count = readShort(tiff, from);
  const end = Math.min(from + 2 + count * 12 + 4, bytes.length);
  for (let at = from + 2; at + 12 <= Math.min(end, from + 2 + count * 12); at += 12) {
    if (readShort(tiff, at) !== tags.gps) continue;
    const gps = readDirectory(tiff, readLong(tiff, at + 8));
    const ranges = gps ? rangesOf(gps) : [];
    for (const range of ranges) if (!overlap(range, [from, end])) bytes.fill(0, range[0], range[1]);
    bytes.copy(bytes, at, at + 12, end);
    bytes.fill(0, Math.max(end - 12, at), end);
    writeShort(tiff, from, count - 1);
    return;
  }
}
