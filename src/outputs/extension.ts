// File name extensions of pictures.
import { extname } from 'node:path';
import type { TargetFormat } from '../images/facts.ts';

/** A name in two: `bath.JPG` is `bath` and `JPG`. Only a picture's extension is one: `scan.2024` has none. */
export function splitName(name: string): { stem: string; extension: string } {
  const extension = extname(name).slice(1);
  if (!pictures.has(extension.toLowerCase())) return { stem: name, extension: '' };
  return { stem: name.slice(0, -extension.length - 1), extension };
}

/** The extension, without dot, of an output in `format`: the source's own where it fits. */
export function extensionFor(format: TargetFormat, own: string): string {
  const fitting = extensions[format];
  return fitting.includes(own.toLowerCase()) ? own : fitting[0];
}

// The first of each is what a changed or missing extension becomes.
const extensions: Readonly<Record<TargetFormat, readonly [string, ...string[]]>> = {
  jpeg: ['jpg', 'jpeg', 'jpe', 'jfif'],
  png: ['png', 'apng'],
  webp: ['webp'],
  avif: ['avif'],
  tiff: ['tif', 'tiff'],
  gif: ['gif'],
};

const others =
  'heic heif hif heics avifs svg svgz bmp dib ico psd psb jp2 j2k jpx jxl qoi tga pnm ppm pgm pbm exr hdr mpo ' +
  'dng cr2 cr3 crw nef nrw arw sr2 srf orf rw2 raf pef srw x3f 3fr iiq rwl raw';

const pictures = new Set([...Object.values(extensions).flat(), ...others.split(' ')]);
