import type { Metadata, Sharp } from 'sharp';
import type { EncodeOptions } from './encode.ts';
import { encoderFor, type PixelOptions } from './encode-pixels.ts';
import type { ImageWarning } from './facts.ts';
import { colourSpaceOf, losslessPng } from './fit.ts';
import { attachToJpeg, type MetadataPlan } from './metadata/attach.ts';
import { metadataLost, type PictureMetadata } from './metadata/metadata.ts';
import { attachToPng } from './metadata/png.ts';
import { attachToTiff } from './metadata/tiff.ts';
import { attachToWebp, isLosslessWebp } from './metadata/webp.ts';
import { openImage, openRaster, readHeader } from './open.ts';
import type { Raster } from './raster.ts';

/**
 * Encodes a raster that already fits its format and puts the metadata in. Warns of what the AVIF encoder does not take.
 */
export async function write(
  raster: Raster,
  source: Buffer,
  header: Metadata,
  options: EncodeOptions,
  { metadata, segments, chunks }: MetadataPlan,
  warnings: ImageWarning[],
): Promise<Buffer> {
  const { format, quality } = options;
  const bits = raster.depth === 8 ? 8 : header.bitsPerSample === 12 ? 12 : 10;
  const lossless = format === 'webp' && isLosslessWebp(source);
  const pixels = { format, quality, header, bits, lossless, colourSpace: colourSpaceOf(raster) } as const;
  if (format === 'avif') return writeAvif(raster, pixels, metadata, warnings);
  const bytes = await encoderFor(openRaster(raster), pixels).toBuffer();
  if (format === 'jpeg') return attachToJpeg(bytes, segments, source);
  if (format === 'tiff') return attachToTiff(bytes, metadata);
  if (format === 'png') return attachToPng(bytes, metadata, chunks);
  return format === 'webp' ? attachToWebp(bytes, raster, metadata) : bytes;
}

// AVIF gets its metadata from a PNG in which it has been put. The encoder rewrites EXIF, so what arrives is checked.
async function writeAvif(
  raster: Raster,
  pixels: PixelOptions,
  metadata: PictureMetadata,
  warnings: ImageWarning[],
): Promise<Buffer> {
  const carrier = attachToPng(await losslessPng(raster), metadata);
  // Only what is there: asked to keep EXIF, the encoder makes some up where there is none.
  const bytes = await encoderFor(openCarrier(carrier, metadata), pixels).toBuffer();
  const arrived = await readHeader(bytes);
  const why = 'the AVIF encoder does not take it';
  if (metadata.exif && !arrived.exif) warnings.push(metadataLost('EXIF', why));
  if (metadata.xmp && !arrived.xmp?.equals(metadata.xmp)) warnings.push(metadataLost('XMP', why));
  if (metadata.icc && !arrived.icc?.equals(metadata.icc)) {
    warnings.push({ code: 'profile-lost', message: `its colour profile is lost: ${why}` });
  }
  return bytes;
}

function openCarrier(carrier: Buffer, { exif, xmp, icc }: PictureMetadata): Sharp {
  let image = openImage(carrier);
  if (exif) image = image.keepExif();
  if (xmp) image = image.keepXmp();
  return icc ? image.keepIccProfile() : image;
}
