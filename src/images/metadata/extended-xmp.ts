// XMP larger than a JPEG segment (XMP specification part 3, 1.1.3.1): a short packet that names the rest by its MD5, and the
// rest in as many segments as it needs.
import { createHash } from 'node:crypto';
import { maxSegmentBytes, type Segment } from './jpeg-segments.ts';

const app1 = 0xe1;

export const xmpMark = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');
export const extendedXmpMark = Buffer.from('http://ns.adobe.com/xmp/extension/\0', 'latin1');

/**
 * An XMP packet as JPEG segments: one where it fits, else all of it as extended XMP, and `head` may put into the packet
 * before it what readers should find that read no further.
 */
export function xmpSegments(packet: Buffer, head = (pointer: Buffer): Buffer => pointer): Segment[] {
  if (xmpMark.length + packet.length <= maxSegmentBytes) return [segment(xmpMark, packet)];
  const body = Buffer.from(
    packet
      .toString('utf8')
      .replace(/<\?xpacket[^<>]*\?>/g, '')
      .trim(),
    'utf8',
  );
  const guid = createHash('md5').update(body).digest('hex').toUpperCase();
  return [segment(xmpMark, head(Buffer.from(pointerTo(guid), 'utf8'))), ...parts(body, guid)];
}

/** All extended XMP among these segments, one part after the other, without their heads. */
export function extendedXmpIn(segments: readonly Segment[]): Buffer {
  const found = segments.filter(({ marker, data }) => marker === app1 && data.indexOf(extendedXmpMark) === 0);
  return Buffer.concat(found.map(({ data }) => data.subarray(extendedXmpMark.length + headBytes)));
}

// GUID in 32 digits, length of the whole, offset of the part.
const headBytes = 40;

function parts(body: Buffer, guid: string): Segment[] {
  const room = maxSegmentBytes - extendedXmpMark.length - headBytes;
  return Array.from({ length: Math.ceil(body.length / room) }, (_, index) => {
    const head = Buffer.alloc(headBytes);
    head.write(guid, 'latin1');
    head.writeUInt32BE(body.length, 32);
    head.writeUInt32BE(index * room, 36);
    return segment(extendedXmpMark, head, body.subarray(index * room, (index + 1) * room));
  });
}

function pointerTo(guid: string): string {
  return [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/"',
    ` xmpNote:HasExtendedXMP="${guid}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`,
  ].join('');
}

function segment(...data: Buffer[]): Segment {
  return { marker: app1, data: Buffer.concat(data) };
}
