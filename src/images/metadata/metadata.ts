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
/** Image resource that holds IPTC records. */
export const iptcId = 0x0404;

// EXIF 1, EXIF 3 and XMP (Photoshop file formats specification, image resource IDs).
const copyIds: readonly number[] = [0x0422, 0x0423, 0x0424];

/** IPTC in any of the forms programs store it in, as image resources; undefined where it is none. */
export function asResources(bytes: Buffer | undefined): Buffer | undefined {
  if (bytes === undefined || bytes.length < 5) return undefined;
  if (bytes.toString('latin1', 0, 14) === 'Photoshop 3.0\0') return asResources(bytes.subarray(14));
  if (bytes.subarray(0, 4).equals(resourceHead)) return bytes;
  if (bytes[0] === 0x1c) return resourceBlock(iptcId, bytes);
  // TIFF writers that took the records for 32-bit numbers stored them with swapped bytes.
  if (bytes[3] === 0x1c && bytes.length % 4 === 0) return resourceBlock(iptcId, Buffer.from(bytes).swap32());
  return undefined;
}

/** Image resources without the copies of EXIF and XMP that some programs keep among them. */
export function withoutCopies(resources: Buffer): Buffer {
  return Buffer.concat(
    resourcesIn(resources).flatMap(({ id, block }) => (copyIds.includes(id) ? [] : [block])),
  );
}

/** Image resources as the IPTC records among them and the blocks of all others. */
export function splitResources(resources: Buffer): {
  readonly iptc: Buffer | undefined;
  readonly others: Buffer;
} {
  const blocks = resourcesIn(resources);
  return {
    iptc: blocks.find(({ id }) => id === iptcId)?.data,
    others: Buffer.concat(blocks.flatMap(({ id, block }) => (id === iptcId ? [] : [block]))),
  };
}

/** One image resource, and where the whole of it stands, with head and padding. */
export interface Resource {
  readonly id: number;
  readonly data: Buffer;
  readonly block: Buffer;
  readonly at: number;
  readonly end: number;
}

/** Image resources in their order, up to the first that is cut off. */
export function resourcesIn(resources: Buffer): Resource[] {
  const blocks: Resource[] = [];
  for (let at = 0; at + 12 <= resources.length && resources.subarray(at, at + 4).equals(resourceHead); ) {
    const nameBytes = ((resources[at + 6] ?? 0) + 2) & ~1;
    const dataAt = at + 6 + nameBytes + 4;
    if (dataAt > resources.length) break;
    const size = resources.readUInt32BE(dataAt - 4);
    if (dataAt + size > resources.length) break;
    const end = Math.min(dataAt + size + (size % 2), resources.length);
    const data = resources.subarray(dataAt, dataAt + size);
    blocks.push({ id: resources.readUInt16BE(at + 4), data, block: resources.subarray(at, end), at, end });
    at = end;
  }
  return blocks;
}

/** An image resource: 8BIM, id, empty name padded to 2 bytes, size, data padded to even. */
export function resourceBlock(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  resourceHead.copy(head);
  head.writeUInt16BE(id, 4);
  head.writeUInt32BE(data.length, 8);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
