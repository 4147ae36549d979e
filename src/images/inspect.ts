import type { Metadata } from 'sharp';
import { damagedBecause } from './damage.ts';
import { type DecodeLimits, decodedPages, type Format, type ImageFacts } from './facts.ts';
import { orientationIn } from './metadata/exif.ts';
import { readPngExtras } from './metadata/png-read.ts';
import { orientationInXmp } from './metadata/xmp.ts';
import { readHeader } from './open.ts';
import { readProfile } from './profile.ts';
import { rawNameOfTiff } from './raw-tiff.ts';
import { cameraRaw, emptyFile, notAnImage, tooManyPixels, unsupported, vectorNotAsked } from './refuse.ts';
import { brandsOf, sniff, sniffBytes } from './sniff.ts';
import { svgText } from './svg.ts';

/**
 * Finds out what a file is and how large, by its content and header; no pixel is decoded. `fileName` only helps to
 * recognise camera raw files. Throws ItemError `empty`, `not-an-image`, `unsupported-format`, `camera-raw`,
 * `svg-not-asked`, `too-many-pixels`, `too-large` (vector pictures) or `damaged`.
 */
export async function inspect(bytes: Buffer, limits: DecodeLimits, fileName?: string): Promise<ImageFacts> {
  const sniffed = identify(bytes, fileName);
  if (sniffed === 'svg' && !limits.svg) throw vectorNotAsked();
  const header = await readHeader(sniffed === 'svg' ? svgText(bytes) : bytes);
  const facts = factsOf(bytes, formatOf(sniffed, header), header);
  const pages = decodedPages(facts);
  if (facts.width * facts.height * pages > limits.maxPixels) {
    throw tooManyPixels(facts.width, facts.height, pages, limits.maxPixels);
  }
  return facts;
}

function identify(bytes: Buffer, fileName: string | undefined): Format {
  if (bytes.length === 0) throw emptyFile();
  const format = recognise(bytes);
  const rawName = format === 'tiff' ? rawNameOfTiff(bytes, fileName) : undefined;
  if (rawName !== undefined) throw cameraRaw(rawName);
  return format;
}

/** The format that the first bytes of a file speak of. Throws ItemError for what is not read. */
export function recognise(head: Buffer): Format {
  const sniffed = sniff(head.subarray(0, sniffBytes));
  if (sniffed.kind === 'unsupported') throw unsupported(sniffed.name);
  if (sniffed.kind === 'camera-raw') throw cameraRaw(sniffed.name);
  if (sniffed.kind === 'other') throw notAnImage();
  return sniffed.format;
}

function formatOf(sniffed: Format, header: Metadata): Format {
  if (header.format !== 'heif') return sniffed;
  if (header.compression === 'av1') return 'avif';
  if (header.compression === 'hevc') return 'heic';
  throw unsupported(`HEIF with ${String(header.compression ?? 'unknown').toUpperCase()} compression`);
}

function factsOf(bytes: Buffer, format: Format, header: Metadata): ImageFacts {
  const png = format === 'png' ? readPngExtras(bytes) : undefined;
  const hidden = png && (orientationIn(png.exif) ?? orientationInXmp(png.xmp));
  const orientation = legalOrientation(header.orientation ?? hidden);
  const turned = orientation >= 5;
  const brands = brandsOf(bytes) ?? [];
  const pages = png?.frames ?? header.pages ?? 1;
  const { width, height } = header;
  if (!(width > 0 && height > 0)) throw damagedBecause('it has no size');
  return {
    format,
    width: turned ? height : width,
    height: turned ? width : height,
    pages,
    animated: brands.includes('avis') || (pages > 1 && ['gif', 'webp', 'png'].includes(format)),
    orientation,
    ...samplesOf(format, header),
    alpha: header.hasAlpha,
    profile: readProfile(header.icc)?.description,
    gainMap: header.gainMap !== undefined || brands.includes('tmap') || hasAppleGainMap(format, bytes),
  };
}

function legalOrientation(stored: number | undefined): number {
  return stored !== undefined && stored >= 1 && stored <= 8 ? stored : 1;
}

const spaces: Readonly<Record<string, ImageFacts['space']>> = {
  srgb: 'rgb',
  rgb: 'rgb',
  rgb16: 'rgb',
  'b-w': 'grey',
  grey16: 'grey',
  cmyk: 'cmyk',
  lab: 'lab',
  labs: 'lab',
  labq: 'lab',
  scrgb: 'float',
};

// CMYK is converted to 8 bits, Lab and floating point to 16; HEIC is decoded to 8.
function samplesOf(format: Format, header: Metadata): Pick<ImageFacts, 'space' | 'depth'> {
  const space = spaces[header.space];
  const isWhole = header.depth === 'uchar' || header.depth === 'ushort';
  const isConverted = space === 'lab' || space === 'float';
  if (space === undefined || !(isWhole || isConverted)) {
    throw unsupported(
      `${format.toUpperCase()} with ${header.bitsPerSample ?? ''}-bit ${header.depth} samples (${header.space})`,
    );
  }
  if (isConverted) return { space, depth: 16 };
  return { space, depth: header.depth === 'ushort' && space !== 'cmyk' && format !== 'heic' ? 16 : 8 };
}

// Photographs of phones name their gain map among the auxiliary pictures in the header.
function hasAppleGainMap(format: Format, bytes: Buffer): boolean {
  return format === 'heic' && bytes.subarray(0, 65_536).includes('photo:2020:aux:hdrgainmap');
}
