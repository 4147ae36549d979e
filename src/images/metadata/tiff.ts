// TIFF keeps EXIF in its own directory: what describes the picture there is told apart from what describes its coding.
import { openTiff, readDirectory, type Tiff } from './ifd.ts';
import { type Item, readTree, writeTree } from './ifd-tree.ts';
import { type PictureMetadata, splitResources } from './metadata.ts';

const tags = { xmp: 0x2bc, iptc: 0x83bb, photoshop: 0x8649, icc: 0x8773, orientation: 0x112 } as const;

// Tags of TIFF 6.0 and its supplements that say how and where the pixels stand, and containers carried on their own.
const structure: ReadonlySet<number> = new Set([
  0xfe,
  0xff,
  0x100,
  0x101,
  0x102,
  0x103,
  0x106,
  0x107,
  0x10a,
  0x111,
  0x115,
  0x116,
  0x117,
  0x118,
  0x119,
  0x11c,
  0x120,
  0x121,
  0x122,
  0x123,
  0x124,
  0x125,
  0x129,
  0x12d,
  0x13d,
  0x13e,
  0x13f,
  0x140,
  0x141,
  0x142,
  0x143,
  0x144,
  0x145,
  0x14a,
  0x14c,
  0x14d,
  0x150,
  0x152,
  0x153,
  0x154,
  0x155,
  0x15b,
  0x200,
  0x201,
  0x202,
  0x203,
  0x205,
  0x206,
  0x207,
  0x208,
  0x209,
  0x211,
  0x212,
  0x213,
  0x214,
  0x22f,
  0xc612,
  0x935c,
  tags.xmp,
  tags.iptc,
  tags.photoshop,
  tags.icc,
]);

/** The EXIF of a TIFF file as a block of its own; undefined where there is none. BigTIFF is not read. */
export function exifOfTiff(file: Buffer): Buffer | undefined {
  const tiff = openTiff(file);
  const items = tiff ? readTree(tiff, structure) : [];
  const says = items.some(({ tag }) => tag !== tags.orientation && !isResolution(tag));
  if (tiff === undefined || !says) return undefined;
  const head = Buffer.alloc(8);
  head.write(tiff.littleEndian ? 'II*\0' : 'MM\0*', 'latin1');
  if (tiff.littleEndian) head.writeUInt32LE(8, 4);
  else head.writeUInt32BE(8, 4);
  return Buffer.concat([head, writeTree(items, 8, tiff.littleEndian, false)]);
}

/** `file`, a TIFF of one page as the encoder writes it, with metadata put into its directory. */
export function attachToTiff(file: Buffer, metadata: PictureMetadata): Buffer {
  const tiff = openTiff(file);
  const directory = tiff && readDirectory(tiff, tiff.first);
  const added = tiff ? [...itemsOfExif(metadata.exif, tiff), ...containerItems(metadata)] : [];
  if (tiff === undefined || directory === undefined || added.length === 0) return file;
  const replaced = new Set(added.map(({ tag }) => tag));
  const own = ownItems(tiff).filter(({ tag }) => !replaced.has(tag));
  const at = file.length + (file.length % 2);
  const tail = writeTree([...own, ...added], at, tiff.littleEndian, false);
  const head = Buffer.alloc(4);
  if (tiff.littleEndian) head.writeUInt32LE(at);
  else head.writeUInt32BE(at);
  return Buffer.concat([file.subarray(0, 4), head, file.subarray(8), Buffer.alloc(file.length % 2), tail]);
}

function isResolution(tag: number): boolean {
  return tag === 0x11a || tag === 0x11b || tag === 0x128;
}

function ownItems(tiff: Tiff): Item[] {
  const directory = readDirectory(tiff, tiff.first);
  return (directory?.entries ?? []).map(({ tag, type, count, valueAt, valueBytes }) => {
    return { tag, type, count, value: tiff.bytes.subarray(valueAt, valueAt + valueBytes), below: undefined };
  });
}

// EXIF values in the byte order of the file they go into.
function itemsOfExif(exif: Buffer | undefined, target: Tiff): Item[] {
  const source = exif && openTiff(exif);
  if (source === undefined) return [];
  const items = readTree(source, structure);
  if (source.littleEndian === target.littleEndian) return items;
  const turned = openTiff(
    Buffer.concat([target.bytes.subarray(0, 8), writeTree(items, 8, target.littleEndian, true)]),
  );
  return turned ? readTree({ ...turned, first: 8 }, structure) : [];
}

function containerItems({ xmp, resources, icc }: PictureMetadata): Item[] {
  const { iptc, others } = splitResources(resources ?? Buffer.alloc(0));
  const item = (tag: number, type: number, value: Buffer | undefined): Item[] =>
    value && value.length > 0 ? [{ tag, type, count: value.length, value, below: undefined }] : [];
  return [
    ...item(tags.xmp, 1, xmp),
    ...item(tags.iptc, 7, iptc),
    ...item(tags.photoshop, 1, others),
    ...item(tags.icc, 7, icc),
  ];
}
