import sharp from 'sharp';
import type { Raster } from '../../src/images/raster.ts';

const side = 900;

/** Writes before (left) and after (right) as one PNG: the whole picture above, a piece of full size below. */
export async function writeSheet(before: Raster, after: Raster, path: string): Promise<void> {
  const pictures = await Promise.all([before, after].flatMap((raster) => [whole(raster), piece(raster)]));
  const heights = pictures.map(({ info }) => info.height);
  const below = Math.max(heights[0] as number, heights[2] as number) + 8;
  await sharp({
    create: {
      width: 2 * side + 8,
      height: below + Math.max(heights[1] as number, heights[3] as number),
      channels: 3,
      background: '#404040',
    },
  })
    .composite(
      pictures.map(({ data }, at) => ({
        input: data,
        left: at < 2 ? 0 : side + 8,
        top: at % 2 === 0 ? 0 : below,
      })),
    )
    .png({ compressionLevel: 3 })
    .toFile(path);
}

function whole(raster: Raster) {
  return open(raster)
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true });
}

// The middle of the picture, pixel for pixel.
function piece(raster: Raster) {
  const width = Math.min(raster.width, side);
  const height = Math.min(raster.height, side / 2);
  const left = (raster.width - width) >> 1;
  const top = (raster.height - height) >> 1;
  return open(raster).extract({ left, top, width, height }).png().toBuffer({ resolveWithObject: true });
}

function open({ data, width, height, channels }: Raster) {
  return sharp(data, { raw: { width, height, channels } });
}
