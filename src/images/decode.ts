import type { Metadata, Sharp } from 'sharp';
import { damaged, damagedBecause } from './damage.ts';
import { type DecodeLimits, decodedPages, type ImageFacts, type ImageWarning } from './facts.ts';
import { gifEnd } from './gif-blocks.ts';
import { decodeHeic } from './heic/decode-heic.ts';
import { lossesOf } from './losses.ts';
import { openImage, readHeader } from './open.ts';
import { turn, turnPages } from './orient.ts';
import type { Raster } from './raster.ts';
import { tooManyPixels } from './refuse.ts';
import { svgSeconds, svgText } from './svg.ts';

/**
 * Decodes a picture, upright, in its own RGB or grey encoding and depth. CMYK, Lab, floating point and XYB are
 * converted to sRGB. GIF and WebP give all frames as pages, other formats the first or primary picture. What is lost
 * that way is named in the warnings. Throws ItemError `damaged`, `too-many-pixels`, `time-out` or `unsupported-format`.
 */
export async function decode(
  bytes: Buffer,
  facts: ImageFacts,
  limits: DecodeLimits,
): Promise<{ raster: Raster; warnings: ImageWarning[] }> {
  const pages = decodedPages(facts);
  if (facts.width * facts.height * pages > limits.maxPixels) {
    throw tooManyPixels(facts.width, facts.height, pages, limits.maxPixels);
  }
  if (facts.format === 'gif' && gifEnd(bytes) === 'cut') throw damagedBecause('the file ends within a frame');
  const header = await readHeader(facts.format === 'svg' ? svgText(bytes) : bytes);
  const warnings = lossesOf(bytes, facts, header);
  const raster =
    facts.format === 'heic'
      ? await decodeHeic(bytes, facts, limits.maxPixels)
      : await decodeBySharp(bytes, facts, header);
  return { raster, warnings };
}

/** Whether the pixels are converted to sRGB because their own encoding cannot be worked on. */
export function isConverted(facts: ImageFacts): boolean {
  return !(facts.space === 'rgb' || facts.space === 'grey') || isXyb(facts);
}

// JPEG XL's encoder makes JPEG files whose channels are XYB, told apart by the name of their profile alone.
function isXyb(facts: ImageFacts): boolean {
  return facts.format === 'jpeg' && (facts.profile ?? '').startsWith('XYB');
}

async function decodeBySharp(bytes: Buffer, facts: ImageFacts, header: Metadata): Promise<Raster> {
  const pages = decodedPages(facts);
  const isSvg = facts.format === 'svg';
  const source = openImage(isSvg ? svgText(bytes) : bytes, {
    ignoreIcc: !isConverted(facts),
    ...(pages > 1 && { pages }),
  });
  const image = isSvg ? source.timeout({ seconds: svgSeconds }) : source;
  const isGrey = facts.space === 'grey' && !(facts.alpha && facts.depth === 8);
  const upright = pages > 1 ? image : turn(image, facts.orientation);
  const raster = await toRaster(upright.toColourspace(colourSpace(isGrey, facts.depth)), facts.depth, pages);
  const packed = facts.space === 'grey' && raster.channels === 4 ? packGrey(raster) : raster;
  if (packed.width * packed.height === 0 || header.width === 0) throw damagedBecause('it has no size');
  return pages > 1 && facts.orientation > 1 ? turnPages(packed, facts.orientation) : packed;
}

function colourSpace(isGrey: boolean, depth: 8 | 16): string {
  if (isGrey) return depth === 16 ? 'grey16' : 'b-w';
  return depth === 16 ? 'rgb16' : 'srgb';
}

async function toRaster(image: Sharp, depth: 8 | 16, pages: number): Promise<Raster> {
  const { data, info } = await image
    .raw({ depth: depth === 8 ? 'uchar' : 'ushort' })
    .toBuffer({ resolveWithObject: true })
    .catch((error) => {
      throw damaged(error);
    });
  const height = info.height / pages;
  if (!Number.isInteger(height)) throw damagedBecause('its frames differ in size');
  const values = info.width * info.height * info.channels;
  const { buffer, byteOffset } = data;
  return {
    data:
      depth === 8 ? new Uint8Array(buffer, byteOffset, values) : new Uint16Array(buffer, byteOffset, values),
    width: info.width,
    height,
    pages,
    channels: info.channels as Raster['channels'],
    depth,
  };
}

// The decoder drops the alpha of 8-bit grey pictures on the way to raw pixels, so they come as RGBA and are packed here.
function packGrey(raster: Raster): Raster {
  const pixels = raster.width * raster.height * raster.pages;
  const data = new Uint8Array(pixels * 2);
  for (let pixel = 0; pixel < pixels; pixel++) {
    data[pixel * 2] = raster.data[pixel * 4] ?? 0;
    data[pixel * 2 + 1] = raster.data[pixel * 4 + 3] ?? 0;
  }
  return { ...raster, data, channels: 2 };
}
