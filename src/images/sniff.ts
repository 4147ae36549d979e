import { constants, gunzipSync } from 'node:zlib';
import type { Format } from './facts.ts';
import { type Magic, nameByHeader, rawMagics, unsupportedMagics } from './magic.ts';

/** What the first bytes of a file say it is. */
export type Sniffed =
  | { readonly kind: 'image'; readonly format: Format }
  | { readonly kind: 'unsupported'; readonly name: string }
  | { readonly kind: 'camera-raw'; readonly name: string }
  | { readonly kind: 'other' };

/** How many bytes of a file `sniff` can make use of. */
export const sniffBytes = 4096;

/**
 * Tells by content, never by name, what a file is. `head` is its beginning, up to `sniffBytes`. Camera files built
 * on TIFF (NEF, ARW, DNG …) come back as the image format `tiff`; only their tags tell them apart.
 */
export function sniff(head: Buffer): Sniffed {
  const raw = find(rawMagics, head);
  if (raw !== undefined && isRawContext(raw, head)) return { kind: 'camera-raw', name: raw.name };
  const format = formatOf(head);
  if (format !== undefined) return { kind: 'image', format };
  const name = find(unsupportedMagics, head)?.name ?? nameByHeader(head);
  if (name !== undefined) return { kind: 'unsupported', name };
  return isSvg(head) ? { kind: 'image', format: 'svg' } : { kind: 'other' };
}

/** Brands of an ISO base media file (its major brand first), or undefined where it is none. */
export function brandsOf(head: Buffer): string[] | undefined {
  if (head.length < 12 || head.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const end = Math.min(head.readUInt32BE(0), head.length, 256);
  const brands = [head.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.toString('latin1', at, at + 4));
  return brands;
}

function find(magics: readonly Magic[], head: Buffer): Magic | undefined {
  return magics.find(({ at, bytes }) => head.subarray(at, at + bytes.length).equals(bytes));
}

// Marks at offset 8 count only inside a TIFF file: other formats may have the same bytes there by chance.
function isRawContext(magic: Magic, head: Buffer): boolean {
  return magic.at !== 8 || /^(II\*\0|MM\0\*)/.test(head.toString('latin1', 0, 4));
}

function formatOf(head: Buffer): Format | undefined {
  const start = head.toString('latin1', 0, 12);
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^GIF8[79]a/.test(start)) return 'gif';
  if (/^RIFF[\s\S]{4}WEBP$/.test(start)) return 'webp';
  if (/^(II[*+]\0|MM\0[*+])/.test(start)) return 'tiff';
  return heifFormat(brandsOf(head) ?? []);
}

const hevcBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];

// A file may carry only the general brands `mif1` or `msf1`; its codec is then found out when its header is read.
function heifFormat(brands: readonly string[]): Format | undefined {
  if (brands[0] === 'avif' || brands[0] === 'avis') return 'avif';
  if (brands.some((brand) => hevcBrands.includes(brand))) return 'heic';
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  return brands.some((brand) => ['mif1', 'msf1', 'mif2', 'miaf'].includes(brand)) ? 'heic' : undefined;
}

function isSvg(head: Buffer): boolean {
  const text = textOf(head[0] === 0x1f && head[1] === 0x8b ? unzipped(head) : head);
  return /^\s*</.test(text) && /<(?:[\w.-]+:)?svg[\s>/]/.test(text);
}

// The beginning of a gzip file; what is cut off at the end of `head` is ignored.
function unzipped(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, sniffBytes);
  } catch {
    // Not gzip after all: then it is not a compressed SVG either.
    return Buffer.alloc(0);
  }
}

function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = Buffer.from(bytes.subarray(2, 2 + ((bytes.length - 2) & ~1)));
    return even.swap16().toString('utf16le');
  }
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}
