import type { ImageWarning } from '../facts.ts';

/** The metadata of a picture in the forms in which formats exchange it. */
export interface PictureMetadata {
  /** TIFF-like block, without the `Exif\0\0` before it. */
  readonly exif?: Buffer | undefined;
  /** XMP packet in UTF-8. */
  readonly xmp?: Buffer | undefined;
  /** Photoshop image resource blocks (`8BIM…`), of which 0x0404 is IPTC. */
  readonly resources?: Buffer | undefined;
  readonly icc?: Buffer | undefined;
}

/** Something of the metadata that the result does not have. */
export function metadataLost(what: string, why: string): ImageWarning {
  return {
    code: `${what.toLowerCase().replace(/ .*/, '')}-lost`,
    message: `its ${what} metadata is lost: ${why}`,
  };
}

const resourceHead = Buffer.from('8BIM', 'latin1');
const iptcId = 0x0404;

// EXIF 1, EXIF 3 and XMP (Photoshop file formats specification, image resource IDs).
const copyIds: readonly number[] = [0x0422, 0x0423, 0x0424];

/** IPTC in any of the forms programs store it in, as image resources; undefined where it is none. */
export function asResources(bytes: Buffer | undefined): Buffer | undefined {
  if (bytes === undefined || bytes.length < 5) return undefined;
  if (bytes.toString('latin1', 0, 14) === 'Photoshop 3.0\0') return asResources(bytes.subarray(14));
  if (bytes.subarray(0, 4).equals(resourceHead)) return bytes;
  if (bytes[0] === 0x1c) return iptcResource(bytes);
  // TIFF writers that took the records for 32-bit numbers stored them with swapped bytes.
  if (bytes[3] === 0x1c && bytes.length % 4 === 0) return iptcResource(Buffer.from(bytes).swap32());
  return undefined;
}

/** Image resources without the copies of EXIF and XMP that some programs keep among them. */
export function withoutCopies(resources: Buffer): Buffer {
  return Buffer.concat(blocksOf(resources).flatMap(({ id, block }) => (copyIds.includes(id) ? [] : [block])));
}

/** Image resources as the IPTC records among them and the blocks of all others. */
export function splitResources(resources: Buffer): {
  readonly iptc: Buffer | undefined;
  readonly others: Buffer;
} {
  const blocks = blocksOf(resources);
  return {
    iptc: blocks.find(({ id }) => id === iptcId)?.data,
    others: Buffer.concat(blocks.flatMap(({ id, block }) => (id === iptcId ? [] : [block]))),
  };
}

interface Resource {
  readonly id: number;
  readonly data: Buffer;
  /** The whole of it, with head and padding. */
  readonly block: Buffer;
}

// Up to the first that is cut off.
function blocksOf(resources: Buffer): Resource[] {
  const blocks: Resource[] = [];
  for (let at = 0; at + 12 <= resources.length && resources.subarray(at, at + 4).equals(resourceHead); ) {
    const nameBytes = ((resources[at + 6] ?? 0) + 2) & ~1;
    const dataAt = at + 6 + nameBytes + 4;
    if (dataAt > resources.length) break;
    const size = resources.readUInt32BE(dataAt - 4);
    if (dataAt + size > resources.length) break;
    const end = dataAt + size + (size % 2);
    const data = resources.subarray(dataAt, dataAt + size);
    blocks.push({ id: resources.readUInt16BE(at + 4), data, block: resources.subarray(at, end) });
    at = end;
  }
  return blocks;
}

// 8BIM, id, empty name padded to 2 bytes, size, data padded to even.
function iptcResource(records: Buffer): Buffer {
  const head = Buffer.alloc(12);
  resourceHead.copy(head);
  head.writeUInt16BE(iptcId, 4);
  head.writeUInt32BE(records.length, 8);
  return Buffer.concat([head, records, Buffer.alloc(records.length % 2)]);
}
