import type { PictureMetadata } from './metadata.ts';
import { type Chunk, readChunks, writeChunks } from './png-chunks.ts';
import { profileChunk, rawProfileChunk, rawProfileIn, textKeyword, xmpChunk, xmpIn } from './png-text.ts';

/** `png` with metadata put in where the specification wants it: all before the picture data. */
export function attachToPng(png: Buffer, metadata: PictureMetadata, carried: readonly Chunk[] = []): Buffer {
  const { icc, exif, xmp, resources } = metadata;
  const added = [
    ...(icc ? [profileChunk(icc)] : []),
    ...carried,
    ...(exif ? [{ type: 'eXIf', data: exif }] : []),
    ...(xmp ? [xmpChunk(xmp)] : []),
    ...(resources ? [rawProfileChunk('iptc', resources)] : []),
  ];
  if (added.length === 0) return png;
  const given = new Set(added.map(({ type }) => type));
  const [header, ...rest] = readChunks(png);
  const own = rest.filter(({ type }) => !(given.has(type) && /^[a-z]/.test(type)));
  return header === undefined ? png : writeChunks([header, ...added, ...own]);
}

const colourTypes = ['cICP', 'gAMA', 'cHRM', 'sRGB', 'mDCV', 'cLLI', 'pHYs'];

/**
 * Chunks of a PNG source that its PNG result takes over unchanged: how its values are to be understood, and, where
 * metadata is kept, its texts and time (`removeGps`: without texts named after GPS).
 */
export function chunksToCarry(png: Buffer, keepMetadata: boolean, removeGps: boolean): Chunk[] {
  return readChunks(png).filter((chunk) => {
    if (colourTypes.includes(chunk.type)) return true;
    if (!keepMetadata) return false;
    const isProfile = xmpIn(chunk) !== undefined || rawProfileIn(chunk) !== undefined;
    const keyword = textKeyword(chunk);
    if (removeGps && /gps/i.test(keyword ?? '')) return false;
    return chunk.type === 'tIME' || (keyword !== undefined && !isProfile);
  });
}
