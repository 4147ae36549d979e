// The marker segments of a JPEG file before its picture data (ITU-T T.81, annex B), read and written.

export interface Segment {
  /** Second byte of the marker: 0xe1 for APP1. */
  readonly marker: number;
  /** Without marker and length. */
  readonly data: Buffer;
}

/** Where the segments end and what they are, up to the first scan; tolerates fill bytes and garbage between them. */
export function readSegments(jpeg: Buffer): Segment[] {
  const segments: Segment[] = [];
  for (let at = 2; at + 4 <= jpeg.length; ) {
    const marker = jpeg[at + 1] ?? 0;
    if (jpeg[at] !== 0xff || marker === 0 || marker === 0xff) {
      at = jpeg.indexOf(0xff, at + 1);
      if (at < 0) break;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) break;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    const length = jpeg.readUInt16BE(at + 2);
    if (length < 2 || at + 2 + length > jpeg.length) break;
    segments.push({ marker, data: jpeg.subarray(at + 4, at + 2 + length) });
    at += 2 + length;
  }
  return segments;
}

/** The largest content of one segment. */
export const maxSegmentBytes = 65_533;

/** `jpeg` with segments put after its own first APP0 (or its beginning). */
export function insertSegments(jpeg: Buffer, segments: readonly Segment[]): Buffer {
  const hasHeader = jpeg[2] === 0xff && jpeg[3] === 0xe0;
  const at = hasHeader ? 4 + jpeg.readUInt16BE(4) : 2;
  return Buffer.concat([jpeg.subarray(0, at), ...segments.flatMap(segmentBytes), jpeg.subarray(at)]);
}

function segmentBytes({ marker, data }: Segment): Buffer[] {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return [head, data];
}
