import type { Metadata } from 'sharp';
import { ItemError } from '../errors.ts';
import type { Disclosure } from '../source-types.ts';
import { isConverted } from './decode.ts';
import type { ImageFacts, ImageWarning, TargetFormat } from './facts.ts';
import { convertToSrgb, firstPage, flatten, isTransparent, reduceDepth } from './fit.ts';
import { planMetadata } from './metadata/attach.ts';
import { readHeader } from './open.ts';
import { readProfile } from './profile.ts';
import type { Raster } from './raster.ts';
import { svgText } from './svg.ts';
import { write } from './write.ts';

export interface EncodeOptions {
  readonly format: TargetFormat;
  /** 1 to 100 on the scale of JPEG; AVIF gets its own number of the same fidelity, PNG, TIFF and GIF ignore it. */
  readonly quality: number;
  /** `strip` removes EXIF, IPTC and XMP. The colour profile stays either way: without it colours would shift. */
  readonly metadata: 'keep' | 'strip';
  readonly gps: 'keep' | 'strip';
  /** What the result says of how it was made. Undefined adds nothing, and keeps nothing from being removed. */
  readonly disclosure?: Disclosure | undefined;
}

/**
 * Encodes an upright raster and gives it the metadata of the source it was decoded from: orientation 1, no stale
 * thumbnail, its size. With `isSrgb` the pixels are in sRGB now, and the source's profile is left behind. Throws ItemError
 * `unsupported-format` where the picture is too large for the format.
 */
export async function encode(
  raster: Raster,
  source: { bytes: Buffer; facts: ImageFacts; isSrgb?: boolean },
  options: EncodeOptions,
): Promise<{ bytes: Buffer; warnings: ImageWarning[] }> {
  const warnings: ImageWarning[] = [];
  checkSides(raster, options.format);
  const header = await readHeader(source.facts.format === 'svg' ? svgText(source.bytes) : source.bytes);
  const shaped = fitShape(raster, options.format, warnings);
  const fitted = source.isSrgb
    ? { raster: shaped }
    : await fitColours(shaped, source.facts, header, options.format, warnings);
  const edit = {
    size: { width: raster.width, height: raster.height },
    removeGps: options.gps === 'strip',
    removeGainMap: source.facts.gainMap,
    keepProfile: fitted.icc !== undefined,
  };
  const { format, disclosure } = options;
  const wish = { format, keep: options.metadata === 'keep', edit, icc: fitted.icc, disclosure };
  const plan = planMetadata(source, header, wish, warnings);
  const bytes = await write(fitted.raster, source.bytes, header, options, plan, warnings);
  return { bytes, warnings };
}

const maxSides: Readonly<Partial<Record<TargetFormat, number>>> = {
  jpeg: 65_535,
  webp: 16_383,
  avif: 16_384,
  gif: 65_535,
};

/** Throws ItemError `unsupported-format` for a size that a format cannot hold. */
export function checkSides(
  { width, height }: { readonly width: number; readonly height: number },
  format: TargetFormat,
): void {
  const most = maxSides[format] ?? Number.MAX_SAFE_INTEGER;
  if (Math.max(width, height) <= most) return;
  throw new ItemError(
    'unsupported-format',
    `${width} x ${height} pixels do not fit into ${format.toUpperCase()} (at most ${most})`,
    {
      hint: 'write it as PNG or TIFF with --format',
    },
  );
}

// Frames, alpha and depth as far as the format has them.
function fitShape(raster: Raster, format: TargetFormat, warnings: ImageWarning[]): Raster {
  const name = format.toUpperCase();
  const warn = (code: string, message: string) => warnings.push({ code, message });
  let fitted = raster;
  if (raster.pages > 1 && format !== 'gif' && format !== 'webp') {
    fitted = firstPage(fitted);
    warn('animation-lost', `${name} holds no animation: only the first of ${raster.pages} frames is kept`);
  }
  if (format === 'jpeg' && raster.channels % 2 === 0) {
    if (isTransparent(fitted)) warn('alpha-lost', 'JPEG holds no transparency: it is put on white');
    fitted = flatten(fitted);
  }
  if (fitted.depth === 16 && !['png', 'tiff', 'avif'].includes(format)) {
    fitted = reduceDepth(fitted);
    warn('depth-reduced', `${name} holds 8 bits a channel: 16 are reduced to 8`);
  }
  return fitted;
}

// The profile that goes with the pixels, or the pixels in sRGB where their profile cannot go along.
async function fitColours(
  raster: Raster,
  facts: ImageFacts,
  header: Metadata,
  format: TargetFormat,
  warnings: ImageWarning[],
): Promise<{ raster: Raster; icc?: Buffer | undefined }> {
  const profile = readProfile(header.icc);
  if (isConverted(facts) || header.icc === undefined) return { raster };
  const space = raster.channels < 3 ? 'grey' : 'rgb';
  if (profile === undefined || (profile.space !== space && format !== 'jpeg')) {
    warnings.push({
      code: 'profile-lost',
      message: 'its colour profile is lost: it does not fit its pixels',
    });
    return { raster };
  }
  // GIF has no profiles, WebP and AVIF are always RGB.
  const isCarried = format !== 'gif' && !(space === 'grey' && (format === 'webp' || format === 'avif'));
  if (isCarried) return { raster, icc: header.icc };
  if (!/sRGB/i.test(profile.description)) {
    const message = `its colours are converted from ${profile.description} to sRGB: ${format.toUpperCase()} cannot hold that profile`;
    warnings.push({ code: 'converted-to-srgb', message });
    return { raster: await convertToSrgb(raster, header.icc) };
  }
  return { raster };
}
