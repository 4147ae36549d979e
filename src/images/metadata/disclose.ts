// The label of a result, put where its format has a place for it.
import type { Disclosure } from '../../source-types.ts';
import type { ImageWarning } from '../facts.ts';
import { discloseInXmp, type Said, saidIn, saidWith } from './disclose-xmp.ts';
import { extendedXmpMark, xmpMark, xmpSegments } from './extended-xmp.ts';
import { creditIn, withCredit } from './iim-credit.ts';
import { isPhotoshop, photoshopSegments, resourcesOfJpeg } from './jpeg-resources.ts';
import { maxSegmentBytes, type Segment } from './jpeg-segments.ts';
import type { PictureMetadata } from './metadata.ts';

/** What a result is to say. */
export interface Label {
  readonly says: Said;
  /** Whether its owner should hear of it where there is no place for it: a service made it. */
  readonly matters: boolean;
}

/**
 * The label of a result: what its source says with what is added. Without `keep` nothing of the source but its label
 * goes along, so its credit is none.
 */
export function labelFor(
  source: { readonly packets: readonly Buffer[]; readonly resources: Buffer | undefined },
  disclosure: Disclosure,
  keep: boolean,
): Label {
  const said = saidIn(source.packets);
  const credit = keep ? said.credit || (creditIn(source.resources) ?? '') : '';
  const now = saidWith({ ...said, credit }, disclosure);
  return {
    says: { ...now, credit: credit === '' ? now.credit : '' },
    matters: disclosure.system !== undefined,
  };
}

/** Metadata for containers other than JPEG, with a label; where its XMP cannot be edited, with a credit line alone. */
export function discloseInMetadata(
  metadata: PictureMetadata,
  { says }: Label,
  warnings: ImageWarning[],
): PictureMetadata {
  if (isEmpty(says)) return metadata;
  const xmp = discloseInXmp(metadata.xmp, says);
  if (xmp === undefined) warnings.push(notWritten(says, damaged));
  const { resources } = metadata;
  return {
    ...metadata,
    ...(xmp && { xmp }),
    ...(wantsCredit(says, resources, xmp === undefined) && { resources: withCredit(resources, says.credit) }),
  };
}

/** The segments of a JPEG result, with a label in every XMP packet that is its own; where that cannot be, a credit line. */
export function discloseInSegments(
  segments: readonly Segment[],
  { says }: Label,
  warnings: ImageWarning[],
): Segment[] {
  if (isEmpty(says)) return [...segments];
  const hasExtended = segments.some((segment) => starts(segment, extendedXmpMark));
  const packets = segments.filter((segment) => starts(segment, xmpMark));
  const edited = new Map(packets.map((segment) => [segment, labelled(segment, says, hasExtended)]));
  const isWritten = packets.length === 0 || [...edited.values()].some((made) => made !== undefined);
  if (!isWritten) warnings.push(notWritten(says, damaged));
  const labelledOnes = segments.flatMap((segment) => edited.get(segment) ?? [segment]);
  const resources = resourcesOfJpeg(segments);
  const whole = packets.length > 0 ? labelledOnes : withPacket(labelledOnes, says);
  if (!wantsCredit(says, resources, !isWritten)) return whole;
  return replaced(whole, photoshopSegments(withCredit(resources, says.credit)));
}

/** Says where a format has no place for a label. */
export function labelLost({ says, matters }: Label, format: string): ImageWarning[] {
  return matters && !isEmpty(says) ? [notWritten(says, `${format.toUpperCase()} has no place for it`)] : [];
}

const damaged = 'its XMP metadata is damaged, and is left as it is';

function notWritten({ sourceType }: Said, why: string): ImageWarning {
  const term = sourceType.replace(/^.*\//s, '');
  return { code: 'disclosure-lost', message: `its label ${term} is not written: ${why}` };
}

function isEmpty({ sourceType }: Said): boolean {
  return sourceType === '';
}

// IPTC records are for readers that read no XMP: kept in step where they are, made only where there is no XMP to write to
// (as the Metadata Working Group has it, Guidelines 2.0, 3.5).
function wantsCredit({ credit }: Said, resources: Buffer | undefined, isLast: boolean): boolean {
  return credit !== '' && (isLast || (resources?.includes('8BIM\x04\x04', 0, 'latin1') ?? false));
}

function starts({ marker, data }: Segment, mark: Buffer): boolean {
  return marker === 0xe1 && data.subarray(0, mark.length).equals(mark);
}

// One packet in the segments it needs then.
function labelled(segment: Segment, says: Said, hasExtended: boolean): Segment[] | undefined {
  const packet = segment.data.subarray(xmpMark.length);
  const edited = discloseInXmp(packet, says);
  if (edited === undefined || edited === packet) return edited && [segment];
  const fitting = withoutPadding(edited, maxSegmentBytes - xmpMark.length);
  if (fitting === undefined && hasExtended) return undefined;
  return xmpSegments(fitting ?? edited, (pointer) => discloseInXmp(pointer, says) ?? pointer);
}

// Packets end in white space, for programs that edit them in place.
function withoutPadding(packet: Buffer, mostBytes: number): Buffer | undefined {
  const excess = packet.length - mostBytes;
  if (excess <= 0) return packet;
  const end = packet.lastIndexOf('<?xpacket');
  if (end < excess || /[^ \t\r\n]/.test(packet.toString('latin1', end - excess, end))) return undefined;
  return Buffer.concat([packet.subarray(0, end - excess), packet.subarray(end)]);
}

// EXIF comes first, where readers look for it.
function withPacket(segments: readonly Segment[], says: Said): Segment[] {
  const packet = discloseInXmp(undefined, says);
  const at =
    segments.findLastIndex(({ marker, data }) => marker === 0xe1 && data.indexOf('Exif\0') === 0) + 1;
  return packet === undefined ? [...segments] : segments.toSpliced(at, 0, ...xmpSegments(packet));
}

function replaced(segments: readonly Segment[], photoshop: readonly Segment[]): Segment[] {
  const at = segments.findIndex(isPhotoshop);
  const others = segments.filter((segment) => !isPhotoshop(segment));
  return others.toSpliced(at < 0 ? others.length : at, 0, ...photoshop);
}
