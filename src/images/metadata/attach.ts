import type { Metadata } from 'sharp';
import type { Disclosure } from '../../source-types.ts';
import type { ImageFacts, ImageWarning, TargetFormat } from '../facts.ts';
import { collectMetadata, findMetadata } from './collect.ts';
import { discloseInMetadata, discloseInSegments, type Label, labelFor, labelLost } from './disclose.ts';
import { discloseInXmp } from './disclose-xmp.ts';
import { carrySegments, type JpegEdit, metadataOfJpeg, segmentsFor, xmpPacketsOf } from './jpeg.ts';
import { insertSegments, readSegments, type Segment } from './jpeg-segments.ts';
import { metadataLost, type PictureMetadata } from './metadata.ts';
import { chunksToCarry } from './png.ts';
import type { Chunk } from './png-chunks.ts';

export interface MetadataPlan {
  /** Metadata for containers other than JPEG. */
  readonly metadata: PictureMetadata;
  /** Segments for a JPEG result. */
  readonly segments: readonly Segment[];
  /** Chunks a PNG result takes over from a PNG source. */
  readonly chunks: readonly Chunk[];
}

export interface MetadataWish {
  readonly format: TargetFormat;
  readonly keep: boolean;
  readonly edit: JpegEdit;
  /** Profile to attach, if any. */
  readonly icc: Buffer | undefined;
  /** What is said of how it was made; undefined leaves what the source says as it is, also where that is removed. */
  readonly disclosure?: Disclosure | undefined;
}

/** What of a source's metadata its result gets, in the form its format needs; warns of what it cannot carry. */
export function planMetadata(
  source: { readonly bytes: Buffer; readonly facts: ImageFacts },
  header: Metadata,
  wish: MetadataWish,
  warnings: ImageWarning[],
): MetadataPlan {
  const { format, keep, edit, icc } = wish;
  const chunks =
    format === 'png' && source.facts.format === 'png'
      ? chunksToCarry(source.bytes, keep, edit.removeGps)
      : [];
  const label = labelOf(source, header, wish);
  if (label && format === 'gif') warnings.push(...labelLost(label, format));
  const disclose = (metadata: PictureMetadata) =>
    label && format !== 'gif' ? discloseInMetadata(metadata, label, warnings) : metadata;
  if (keep && format === 'jpeg' && source.facts.format === 'jpeg') {
    const { segments, warnings: lost } = carrySegments(readSegments(source.bytes), edit);
    warnings.push(...lost);
    return {
      metadata: { icc },
      segments: label ? discloseInSegments(segments, label, warnings) : segments,
      chunks,
    };
  }
  const kept = keep ? collectMetadata(source, header, edit, warnings) : {};
  const metadata = disclose({ ...kept, icc });
  if (format === 'jpeg') {
    const head = (pointer: Buffer) => (label && discloseInXmp(pointer, label.says)) ?? pointer;
    return { metadata, segments: segmentsFor(metadata, warnings, head), chunks };
  }
  if (keep) warnings.push(...lostIn(format, source, kept));
  return { metadata, segments: [], chunks };
}

function labelOf(
  source: { readonly bytes: Buffer; readonly facts: ImageFacts },
  header: Metadata,
  { disclosure, keep }: MetadataWish,
): Label | undefined {
  if (disclosure === undefined) return undefined;
  const { xmp, resources } = findMetadata(source, header);
  const packets =
    source.facts.format === 'jpeg' ? xmpPacketsOf(readSegments(source.bytes)) : xmp ? [xmp] : [];
  return labelFor({ packets, resources }, disclosure, keep);
}

/** A JPEG file with these segments and the resolution of its source. */
export function attachToJpeg(jpeg: Buffer, segments: readonly Segment[], source: Buffer): Buffer {
  const stated = readSegments(source).find(({ marker, data }) => marker === 0xe0 && isJfif(data));
  const isOwn = jpeg[3] === 0xe0 && isJfif(jpeg.subarray(6));
  // JFIF: mark, version (2 bytes), unit, horizontal and vertical density (2 bytes each).
  if (stated !== undefined && isOwn && stated.data.length >= 12) stated.data.copy(jpeg, 6 + 7, 7, 12);
  return segments.length === 0 ? jpeg : insertSegments(jpeg, segments);
}

function isJfif(data: Buffer): boolean {
  return data.toString('latin1', 0, 5) === 'JFIF\0';
}

// What no file of this format can hold. What AVIF and TIFF lose is seen only after encoding.
function lostIn(
  format: TargetFormat,
  source: { readonly bytes: Buffer; readonly facts: ImageFacts },
  { exif, xmp, resources }: PictureMetadata,
): ImageWarning[] {
  const lost: ImageWarning[] = [];
  const name = format.toUpperCase();
  const why = `${name} has no place for it`;
  if (format === 'gif' && exif) lost.push(metadataLost('EXIF', why));
  if (format === 'gif' && xmp) lost.push(metadataLost('XMP', why));
  if (['gif', 'webp', 'avif'].includes(format) && resources) lost.push(metadataLost('IPTC', why));
  if (source.facts.format === 'jpeg' && metadataOfJpeg(readSegments(source.bytes)).hasExtendedXmp) {
    lost.push(metadataLost('extended XMP', why));
  }
  return lost;
}
