import type { Metadata } from 'sharp';
import type { ImageFacts, ImageWarning } from './facts.ts';
import { gifEnd } from './gif-blocks.ts';
import { readSegments } from './metadata/jpeg-segments.ts';
import { brandsOf } from './sniff.ts';

/** What decoding and encoding a picture anew loses of it, whatever is done to its pixels. */
export function lossesOf(bytes: Buffer, facts: ImageFacts, header: Metadata): ImageWarning[] {
  const found = [
    conversion(facts),
    facts.gainMap && warning('gain-map-lost', 'its HDR gain map is lost, the standard picture is kept'),
    facts.format === 'jpeg' &&
      !facts.gainMap &&
      hasFurtherPictures(bytes) &&
      pagesLost('pictures after the first'),
    facts.format === 'jpeg' &&
      hasVideo(header) &&
      warning('motion-lost', 'the short video of this motion photo is lost'),
    ['tiff', 'heic', 'avif'].includes(facts.format) && facts.pages > 1 && pagesLost(otherPages(facts)),
    facts.format === 'png' && facts.animated && framesLost('APNG'),
    facts.format === 'avif' && facts.animated && framesLost('AVIF'),
    facts.format === 'gif' &&
      gifEnd(bytes) === 'no-trailer' &&
      warning('no-end', 'has no end mark, frames may be missing'),
    facts.format === 'heic' && (header.bitsPerSample ?? 8) > 8 && depthReduced(header.bitsPerSample ?? 0),
    facts.format === 'avif' && facts.profile === undefined && wideColour(bytes),
  ];
  return found.filter((item) => item !== false && item !== undefined);
}

function warning(code: string, message: string): ImageWarning {
  return { code, message };
}

function conversion(facts: ImageFacts): ImageWarning | undefined {
  const names = {
    cmyk: 'CMYK',
    lab: 'CIE Lab',
    float: 'linear floating point',
    grey: undefined,
    rgb: undefined,
  };
  const name = facts.format === 'jpeg' && facts.profile?.startsWith('XYB') ? 'XYB' : names[facts.space];
  if (name === undefined) return undefined;
  const from = facts.profile === undefined ? name : `${name} (${facts.profile})`;
  return warning('converted-to-srgb', `its colours are converted from ${from} to sRGB`);
}

function pagesLost(what: string): ImageWarning {
  return warning('pages-lost', `its ${what} are lost`);
}

function otherPages({ format, pages }: ImageFacts): string {
  return format === 'tiff'
    ? `pages after the first (${pages} in all)`
    : `pictures beside the main one (${pages} in all)`;
}

function framesLost(name: string): ImageWarning {
  return warning('animation-lost', `is an animated ${name}, of which only the first frame is kept`);
}

function depthReduced(bits: number): ImageWarning {
  return warning('depth-reduced', `its ${bits} bits a channel are reduced to 8`);
}

// Multi-picture JPEG (CIPA DC-007): an index in APP2 lists the pictures that follow the first.
function hasFurtherPictures(jpeg: Buffer): boolean {
  const isIndex = (data: Buffer) => data.toString('latin1', 0, 4) === 'MPF\0';
  return readSegments(jpeg).some(({ marker, data }) => marker === 0xe2 && isIndex(data));
}

function hasVideo(header: Metadata): boolean {
  return /(?:MotionPhoto|MicroVideo)\s*=\s*"1"/.test(header.xmpAsString?.slice(0, 100_000) ?? '');
}

// An AVIF file without profile names its colours by code points (ITU-T H.273) in the colour box.
function wideColour(avif: Buffer): ImageWarning | undefined {
  if (brandsOf(avif) === undefined) return undefined;
  const at = avif.subarray(0, 65_536).indexOf('colrnclx', 0, 'latin1');
  if (at < 0 || at + 12 > avif.length) return undefined;
  const primaries = avif.readUInt16BE(at + 8);
  const transfer = avif.readUInt16BE(at + 10);
  const name =
    transfer === 16
      ? 'PQ'
      : transfer === 18
        ? 'HLG'
        : primaries === 9
          ? 'BT.2020'
          : primaries === 12
            ? 'P3'
            : '';
  if (name === '') return undefined;
  return warning(
    'colour-space-assumed',
    `its colours are marked as ${name}, which is not carried: they are taken for sRGB`,
  );
}
