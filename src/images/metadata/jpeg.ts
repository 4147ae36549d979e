// Metadata of JPEG files. From JPEG to JPEG the segments themselves are taken over, patched where they must be.
import type { ImageWarning } from '../facts.ts';
import { type ExifEdit, editExif, exifBlob } from './exif.ts';
import { extendedXmpIn, extendedXmpMark, xmpMark, xmpSegments } from './extended-xmp.ts';
import { isPhotoshop, photoshopMark, photoshopSegments, resourcesOfJpeg } from './jpeg-resources.ts';
import { maxSegmentBytes, type Segment } from './jpeg-segments.ts';
import { metadataLost, type PictureMetadata, withoutCopies } from './metadata.ts';
import { editXmp, type XmpEdit } from './xmp.ts';

const app = {
  exif: 0xe1,
  icc: 0xe2,
  info: 0xec,
  contentCredentials: 0xeb,
  photoshop: 0xed,
  comment: 0xfe,
} as const;

const exifMark = Buffer.from('Exif\0', 'latin1');
const iccMark = Buffer.from('ICC_PROFILE\0', 'latin1');

export type JpegEdit = ExifEdit & XmpEdit & { readonly keepProfile: boolean };

/** The source's metadata segments for an upright picture; what cannot be patched is dropped with a warning. */
export function carrySegments(
  source: readonly Segment[],
  edit: JpegEdit,
): { readonly segments: Segment[]; readonly warnings: ImageWarning[] } {
  const warnings: ImageWarning[] = [];
  const dropsExtended = edit.removeGps && /gps/i.test(extendedXmpIn(source).toString('latin1'));
  // Image resources may hold copies of EXIF and XMP, in which positions could stay.
  const segments: Segment[] = edit.removeGps
    ? photoshopSegments(withoutCopies(resourcesOfJpeg(source) ?? Buffer.alloc(0)))
    : [];
  let hasExif = false;
  for (const segment of source) {
    const kind = kindOf(segment);
    if (kind === 'exif') {
      if (!hasExif) segments.push(...patchedExif(segment, edit, warnings));
      hasExif = true;
    } else if (kind === 'xmp') segments.push(...patchedXmp(segment, edit, warnings));
    else if ((kind === 'extended-xmp' && dropsExtended) || (kind === 'photoshop' && edit.removeGps)) continue;
    else if (kind === 'icc' ? edit.keepProfile : isCarried(kind)) segments.push(segment);
  }
  if (dropsExtended) warnings.push(metadataLost('extended XMP', 'it holds GPS positions'));
  if (source.some((segment) => kindOf(segment) === 'content-credentials')) {
    warnings.push({
      code: 'content-credentials-lost',
      message: 'its content credentials (C2PA) are lost: they sign other pixels',
    });
  }
  return { segments, warnings };
}

/** Metadata of a JPEG file for another format. */
export function metadataOfJpeg(
  source: readonly Segment[],
): PictureMetadata & { readonly hasExtendedXmp: boolean } {
  const first = (kind: Kind) => source.find((segment) => kindOf(segment) === kind)?.data;
  return {
    exif: exifBlob(first('exif')),
    xmp: first('xmp')?.subarray(xmpMark.length),
    resources: resourcesOfJpeg(source),
    hasExtendedXmp: first('extended-xmp') !== undefined,
  };
}

/** The XMP packets of a JPEG file, and what lies outside of them because it is too large. */
export function xmpPacketsOf(source: readonly Segment[]): Buffer[] {
  const own = source.filter((segment) => kindOf(segment) === 'xmp');
  const extended = extendedXmpIn(source);
  return [
    ...own.map(({ data }) => data.subarray(xmpMark.length)),
    ...(extended.length > 0 ? [extended] : []),
  ];
}

/** Segments for metadata that comes from another format; `head` as in `xmpSegments`. */
export function segmentsFor(
  metadata: PictureMetadata,
  warnings: ImageWarning[],
  head?: (pointer: Buffer) => Buffer,
): Segment[] {
  const segments: Segment[] = [];
  const add = (what: string, marker: number, mark: Buffer, bytes: Buffer | undefined) => {
    if (bytes === undefined) return;
    if (mark.length + bytes.length > maxSegmentBytes)
      warnings.push(metadataLost(what, 'it is too large for JPEG'));
    else segments.push({ marker, data: Buffer.concat([mark, bytes]) });
  };
  add('EXIF', app.exif, Buffer.from('Exif\0\0', 'latin1'), metadata.exif);
  if (metadata.xmp) segments.push(...xmpSegments(metadata.xmp, head));
  add('IPTC', app.photoshop, photoshopMark, metadata.resources);
  return [...segments, ...(metadata.icc ? profileSegments(metadata.icc) : [])];
}

/** An ICC profile in as many segments as it needs (ICC.1:2022, B.4). */
function profileSegments(icc: Buffer): Segment[] {
  const room = maxSegmentBytes - iccMark.length - 2;
  const count = Math.ceil(icc.length / room);
  return Array.from({ length: count }, (_, index) => {
    const part = icc.subarray(index * room, (index + 1) * room);
    return { marker: app.icc, data: Buffer.concat([iccMark, Buffer.from([index + 1, count]), part]) };
  });
}

type Kind =
  | 'exif'
  | 'xmp'
  | 'extended-xmp'
  | 'icc'
  | 'photoshop'
  | 'comment'
  | 'content-credentials'
  | 'other';

function kindOf({ marker, data }: Segment): Kind {
  const starts = (mark: Buffer) => data.subarray(0, mark.length).equals(mark);
  if (marker === app.exif && starts(exifMark)) return 'exif';
  if (marker === app.exif && starts(xmpMark)) return 'xmp';
  if (marker === app.exif && starts(extendedXmpMark)) return 'extended-xmp';
  if (marker === app.icc && starts(iccMark)) return 'icc';
  if (isPhotoshop({ marker, data })) return 'photoshop';
  if (marker === app.comment) return 'comment';
  return marker === app.contentCredentials ? 'content-credentials' : 'other';
}

// Not taken over: the indexes of further pictures
// (MPF), signatures, and what describes the coding (Adobe, Ducky).
function isCarried(kind: Kind): boolean {
  return kind === 'photoshop' || kind === 'comment' || kind === 'extended-xmp';
}

function patchedExif(segment: Segment, edit: JpegEdit, warnings: ImageWarning[]): Segment[] {
  const blob = exifBlob(segment.data);
  const edited = blob && editExif(blob, edit);
  if (edited === undefined) {
    warnings.push(metadataLost('EXIF', 'it is damaged'));
    return [];
  }
  return [{ marker: app.exif, data: Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), edited]) }];
}

function patchedXmp(segment: Segment, edit: JpegEdit, warnings: ImageWarning[]): Segment[] {
  const edited = editXmp(segment.data.subarray(xmpMark.length), edit);
  if (edited === undefined || edited.length + xmpMark.length > maxSegmentBytes) {
    warnings.push(metadataLost('XMP', 'it is damaged'));
    return [];
  }
  return [{ marker: app.exif, data: Buffer.concat([xmpMark, edited]) }];
}
