// The label of a picture in its XMP: IPTC Photo Metadata 2025.1, Extension (DigitalSourceType, AISystemUsed,
// AISystemVersionUsed) and Core (Credit).
import { isUtf8 } from 'node:buffer';
import { type Disclosure, sourceTypeUri, tellsMore } from '../../source-types.ts';
import { openXmp, type PropertyName, type XmpProperties } from './xmp-properties.ts';

const ext = { namespace: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/', prefix: 'Iptc4xmpExt' };
const names = {
  sourceType: { ...ext, local: 'DigitalSourceType' },
  system: { ...ext, local: 'AISystemUsed' },
  version: { ...ext, local: 'AISystemVersionUsed' },
  credit: { namespace: 'http://ns.adobe.com/photoshop/1.0/', prefix: 'photoshop', local: 'Credit' },
} satisfies Record<string, PropertyName>;

/** What a picture says of its making, as written; of several the one that tells most. Empty where it says nothing. */
export interface Said {
  readonly sourceType: string;
  readonly system: string;
  readonly version: string;
  readonly credit: string;
}

/** What packets say of their picture; what cannot be read says nothing. */
export function saidIn(packets: readonly Buffer[]): Said {
  const found = packets.map((packet) => propertiesOf(textOf(packet)));
  const first = (name: PropertyName) =>
    found.flatMap((properties) => properties?.values(name) ?? []).find((value) => value !== '') ?? '';
  const types = found.flatMap((properties) => properties?.values(names.sourceType) ?? []);
  return {
    sourceType: types.reduce((most, type) => (tellsMore(type, most) ? type : most), ''),
    system: first(names.system),
    version: first(names.version),
    credit: first(names.credit),
  };
}

/** What is said with a disclosure added: nothing that was said is taken back, and a credit stays whose it is. */
export function saidWith(
  said: Said,
  { sourceType, system = '', version = '', credit = '' }: Disclosure,
): Said {
  const ours = sourceType === undefined ? '' : sourceTypeUri(sourceType);
  const systems = said.system === '' ? [] : said.system.split('; ');
  return {
    sourceType: tellsMore(ours, said.sourceType) ? ours : said.sourceType,
    system: (system === '' || systems.includes(system) ? systems : [...systems, system]).join('; '),
    version: said.system === '' ? version : said.version,
    credit: said.credit === '' ? credit : said.credit,
  };
}

/**
 * A packet that says this; the packet itself where it does, a new one where there is none. Undefined where it cannot be
 * edited: it is no well-formed XMP in UTF-8 or UTF-16, or larger than 16 MB.
 */
export function discloseInXmp(packet: Buffer | undefined, said: Said): Buffer | undefined {
  const given = packet && textOf(packet);
  const read = packet === undefined || (given && isBlank(given.text)) ? textOf(emptyPacket) : given;
  const properties = propertiesOf(read);
  if (read === undefined || properties === undefined) return undefined;
  const differing = (['sourceType', 'system', 'version', 'credit'] as const)
    .map((field) => [names[field], said[field]] as const)
    .filter(([name, value]) => value !== '' && needs(properties.values(name), value));
  if (differing.length === 0) return packet;
  return read.write(properties.with(differing));
}

function propertiesOf(packet: PacketText | undefined): XmpProperties | undefined {
  return packet && openXmp(packet.text, packet.read);
}

// One of several values is enough only where they say the same.
function needs(values: readonly string[], value: string): boolean {
  return values.length === 0 || values.some((is) => is !== value);
}

const emptyPacket = Buffer.from(
  [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
  ].join(''),
  'utf8',
);

function isBlank(text: string): boolean {
  return /^[\s\0]*$/.test(
    text.replace(/<\?xpacket[^<>]*\?>/g, '').replace(/^(?:\u00ef\u00bb\u00bf|\ufeff)/, ''),
  );
}

interface PacketText {
  readonly text: string;
  /** The characters that a part of the text stands for. */
  read(part: string): string;
  /** Another text in the same encoding. */
  write(text: string): Buffer;
}

const maxBytes = 16 * 2 ** 20;

// UTF-8 is read byte by byte: all that is looked for is ASCII, and what is not stays as it is, valid or not.
function textOf(packet: Buffer): PacketText | undefined {
  if (packet.length > maxBytes) return undefined;
  const [first = 0, second = 0] = packet;
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c))
    return inUtf16(packet, swapped);
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0))
    return inUtf16(packet, (same) => same);
  return { text: packet.toString('latin1'), read: fromUtf8, write: (text) => Buffer.from(text, 'latin1') };
}

// What is no UTF-8 is taken for Latin-1.
function fromUtf8(part: string): string {
  const bytes = Buffer.from(part, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : part;
}

function inUtf16(packet: Buffer, turned: (bytes: Buffer) => Buffer): PacketText | undefined {
  if (packet.length % 2 !== 0) return undefined;
  const text = turned(packet).toString('utf16le');
  return { text, read: (part) => part, write: (now) => turned(Buffer.from(now, 'utf16le')) };
}

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes).swap16();
}
