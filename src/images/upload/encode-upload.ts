import { ItemError } from '../../errors.ts';
import type { Upload } from '../../providers/enhance.ts';
import type { UploadType } from '../../providers/model.ts';
import { openRaster } from '../open.ts';
import type { Raster } from '../raster.ts';

export interface UploadWish {
  /** `auto`: PNG where the source was lossless and it stays small, else JPEG. */
  readonly type: 'auto' | Exclude<UploadType, 'image/webp'>;
  readonly lossless: boolean;
  readonly maxBytes: number;
}

// Above it PNG is sent more slowly than what it saves is worth.
const smallBytes = 4 * 2 ** 20;

// A photograph of 3.7 megapixels takes 1.2 MB at quality 95 (46 dB), 4.6 MB as PNG; the rest is for what does not fit.
const qualities = [95, 90, 80, 65];

/**
 * Encodes an opaque 8-bit RGB raster in sRGB. The file holds pixels alone: no metadata, no profile, no name. Throws
 * ItemError `too-large` where it does not fit into `maxBytes`.
 */
export async function encodeUpload(
  raster: Raster,
  { type, lossless, maxBytes }: UploadWish,
): Promise<Upload> {
  const { width, height } = raster;
  if (type === 'image/png' || (type === 'auto' && lossless)) {
    const bytes = await encodePng(raster);
    if (bytes.length <= (type === 'auto' ? Math.min(smallBytes, maxBytes) : maxBytes)) {
      return { bytes, type: 'image/png', width, height };
    }
  }
  if (type !== 'image/png') {
    for (const quality of qualities) {
      const bytes = await openRaster(raster).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
      if (bytes.length <= maxBytes) return { bytes, type: 'image/jpeg', width, height };
    }
  }
  throw new ItemError(
    'too-large',
    `takes more than the ${maxBytes} bytes that the service accepts, at ${width} x ${height} pixels`,
    { hint: 'have fewer pixels sent, or make the picture smaller first' },
  );
}

/** PNG of whatever channels a raster has. Filters chosen row by row halve a photograph at little cost of time. */
export function encodePng(raster: Raster): Promise<Buffer> {
  const image = raster.channels === 1 ? openRaster(raster).toColourspace('b-w') : openRaster(raster);
  return image.png({ compressionLevel: 2, adaptiveFiltering: true, palette: false }).toBuffer();
}
