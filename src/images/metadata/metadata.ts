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

/** Image resources as the IPTC records among them and the blocks of all others. */
export function splitResources(resources: Buffer): { readonly iptc?: Buffer; readonly others: Buffer } {
  const others: Buffer[] = [];
  let iptc: Buffer | undefined;
  for (let at = 0; at + 12 <= resources.length && resources.subarray(at, at + 4).equals(resourceHead); ) {
    const nameBytes = ((resources[at + 6] ?? 0) + 2) & ~1;
    const sizeAt = at + 6 + nameBytes;
    if (sizeAt + 4 > resources.length) break;
    const size = resources.readUInt32BE(sizeAt);
    const end = sizeAt + 4 + size + (size % 2);
    const isIptc = resources.readUInt16BE(at + 4) === iptcId;
    if (isIptc && sizeAt + 4 + size <= resources.length)
      iptc ??= resources.subarray(sizeAt + 4, sizeAt + 4 + size);
    else if (!isIptc) others.push(resources.subarray(at, end));
    at = end;
  }
  return { ...(iptc && { iptc }), others: Buffer.concat(others) };
}

// 8BIM, id, empty name padded to 2 bytes, size, data padded to even.
function iptcResource(records: Buffer): Buffer {
  const head = Buffer.alloc(12);
  resourceHead.copy(head);
  head.writeUInt16BE(iptcId, 4);
  head.writeUInt32BE(records.length, 8);
  return Buffer.concat([head, records, Buffer.alloc(records.length % 2)]);
}
