// Metadata in the text chunks of PNG: XMP, and the "Raw profile type" texts that ImageMagick, exiftool and exiv2 share.
import { constants, deflateSync, inflateSync } from 'node:zlib';
import type { Chunk } from './png-chunks.ts';

const maxTextBytes = 32 * 2 ** 20;
const xmpKeyword = 'XML:com.adobe.xmp';

/** The keyword of a tEXt, zTXt or iTXt chunk; undefined for other chunks. */
export function textKeyword({ type, data }: Chunk): string | undefined {
  if (type !== 'tEXt' && type !== 'zTXt' && type !== 'iTXt') return undefined;
  const end = data.subarray(0, 80).indexOf(0);
  return end > 0 ? data.toString('latin1', 0, end) : undefined;
}

/** The XMP packet, if this chunk holds it. */
export function xmpIn(chunk: Chunk): Buffer | undefined {
  return chunk.type === 'iTXt' && textKeyword(chunk) === xmpKeyword
    ? internationalText(chunk.data)
    : undefined;
}

/** The bytes of a profile written as hexadecimal text, if this chunk holds one: `exif`, `iptc`, `8bim`, `xmp`, `icc` … */
export function rawProfileIn(chunk: Chunk): { readonly name: string; readonly bytes: Buffer } | undefined {
  const name = /^Raw profile type (\w+)$/.exec(textKeyword(chunk) ?? '')?.[1];
  if (name === undefined) return undefined;
  const text = plainText(chunk)?.toString('latin1') ?? '';
  const parts = /^\s*\w+\s+(\d+)\s+([\s0-9a-fA-F]*)$/.exec(text);
  if (parts === null) return undefined;
  const bytes = Buffer.from((parts[2] ?? '').replace(/\s+/g, ''), 'hex');
  return bytes.length >= Number(parts[1])
    ? { name: name.toLowerCase(), bytes: bytes.subarray(0, Number(parts[1])) }
    : undefined;
}

export function xmpChunk(xmp: Buffer): Chunk {
  return { type: 'iTXt', data: Buffer.concat([Buffer.from(`${xmpKeyword}\0\0\0\0\0`, 'latin1'), xmp]) };
}

export function rawProfileChunk(name: string, bytes: Buffer): Chunk {
  const lines = bytes.toString('hex').match(/.{1,72}/g) ?? [];
  const text = `\n${name}\n${String(bytes.length).padStart(8)}\n${lines.join('\n')}\n`;
  const head = Buffer.from(`Raw profile type ${name}\0\0`, 'latin1');
  return { type: 'zTXt', data: Buffer.concat([head, deflateSync(Buffer.from(text, 'latin1'))]) };
}

export function profileChunk(icc: Buffer): Chunk {
  return { type: 'iCCP', data: Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(icc)]) };
}

function plainText({ type, data }: Chunk): Buffer | undefined {
  const end = data.indexOf(0);
  if (type === 'tEXt') return data.subarray(end + 1);
  return type === 'zTXt' ? inflated(data.subarray(end + 2)) : internationalText(data);
}

// iTXt: keyword 0, compressed flag, method, language 0, translated keyword 0, text.
function internationalText(data: Buffer): Buffer | undefined {
  const keywordEnd = data.indexOf(0);
  const languageEnd = data.indexOf(0, keywordEnd + 3);
  const translatedEnd = data.indexOf(0, languageEnd + 1);
  if (keywordEnd < 0 || languageEnd < 0 || translatedEnd < 0) return undefined;
  const text = data.subarray(translatedEnd + 1);
  return data[keywordEnd + 1] === 1 ? inflated(text) : text;
}

function inflated(bytes: Buffer): Buffer | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: maxTextBytes, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    // Damaged or swollen text: the picture itself does not depend on it.
    return undefined;
  }
}
