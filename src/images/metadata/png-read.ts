import { exifBlob } from './exif.ts';
import { readChunks } from './png-chunks.ts';
import { rawProfileIn, xmpIn } from './png-text.ts';

/** What the chunks of a PNG file hold beside its pixels; its ICC profile comes from the decoder. */
export interface PngExtras {
  /** Frames of an animated PNG, undefined for a still one. */
  readonly frames: number | undefined;
  readonly exif: Buffer | undefined;
  readonly xmp: Buffer | undefined;
  /** Photoshop image resources, or bare IPTC records. */
  readonly iptc: Buffer | undefined;
}

/** Reads metadata from where any of the common programs puts it: eXIf, iTXt, or hexadecimal text in zTXt. */
export function readPngExtras(png: Buffer): PngExtras {
  const chunks = readChunks(png);
  const profiles = new Map<string, Buffer>();
  for (const chunk of chunks) {
    const profile = rawProfileIn(chunk);
    if (profile !== undefined && !profiles.has(profile.name)) profiles.set(profile.name, profile.bytes);
  }
  const control = chunks.find(({ type, data }) => type === 'acTL' && data.length === 8)?.data;
  const exif =
    chunks.find(({ type }) => type === 'eXIf')?.data ?? profiles.get('exif') ?? profiles.get('app1');
  return {
    frames: control === undefined ? undefined : Math.max(1, control.readUInt32BE(0)),
    exif: exifBlob(exif),
    xmp: chunks.map(xmpIn).find((xmp) => xmp !== undefined) ?? profiles.get('xmp'),
    iptc: profiles.get('iptc') ?? profiles.get('8bim'),
  };
}
