import type { Metadata } from 'sharp';
import type { ImageFacts, ImageWarning } from '../facts.ts';
import { editExif, exifBlob } from './exif.ts';
import { metadataOfJpeg } from './jpeg.ts';
import { readSegments } from './jpeg-segments.ts';
import {
  asResources,
  metadataLost,
  type PictureMetadata,
  splitResources,
  withoutCopies,
} from './metadata.ts';
import { readPngExtras } from './png-read.ts';
import { exifOfTiff } from './tiff.ts';
import { editXmp, type XmpEdit } from './xmp.ts';

/** EXIF, XMP and IPTC of a source for an upright picture in any format; what cannot be patched is warned of. */
export function collectMetadata(
  source: { readonly bytes: Buffer; readonly facts: ImageFacts },
  header: Metadata,
  edit: XmpEdit,
  warnings: ImageWarning[],
): PictureMetadata {
  const found = findMetadata(source, header);
  const exif = found.exif && editExif(found.exif, edit);
  const xmp = found.xmp && editXmp(withoutEnd(found.xmp), edit);
  if (found.exif && !exif) warnings.push(metadataLost('EXIF', 'it is damaged'));
  if (found.xmp && !xmp) warnings.push(metadataLost('XMP', 'it is damaged'));
  const resources = edit.removeGps && found.resources ? withoutCopies(found.resources) : found.resources;
  return { exif, xmp, resources };
}

/** EXIF, XMP and IPTC of a source as they stand in it. */
export function findMetadata(
  { bytes, facts }: { readonly bytes: Buffer; readonly facts: ImageFacts },
  header: Metadata,
): PictureMetadata {
  if (facts.format === 'jpeg') return metadataOfJpeg(readSegments(bytes));
  if (facts.format === 'png') {
    const { exif, xmp, iptc } = readPngExtras(bytes);
    return { exif, xmp, resources: asResources(iptc) };
  }
  return {
    exif: facts.format === 'tiff' ? exifOfTiff(bytes) : exifBlob(header.exif),
    xmp: header.xmp,
    resources: resourcesOf(asResources(header.tifftagPhotoshop), asResources(header.iptc)),
  };
}

// TIFF may keep IPTC on its own, beside image resources without it.
function resourcesOf(photoshop: Buffer | undefined, iptc: Buffer | undefined): Buffer | undefined {
  if (photoshop === undefined || iptc === undefined || splitResources(photoshop).iptc !== undefined)
    return photoshop ?? iptc;
  return Buffer.concat([photoshop, iptc]);
}

// Some programs count the NUL that ends a C string to the packet, where it is no XML.
function withoutEnd(xmp: Buffer): Buffer {
  let end = xmp.length;
  while (end > 0 && xmp[end - 1] === 0) end--;
  return xmp.subarray(0, end);
}
