import type { Raster } from '../raster.ts';

// Of 255: as far apart as a compressor brings the channels of a grey picture; the lightest sepia is further.
const mostSpread = 12;
const mostColoured = 0.01;

/** An RGB raster as grey, where at least 99 of 100 pixels are, or always; else as it is. Luma by ITU-R BT.709. */
export function toGreyIfGrey(raster: Raster, always = false): Raster {
  const { data, depth } = raster;
  const pixels = data.length / 3;
  const limit = (mostSpread * (depth === 8 ? 255 : 65_535)) / 255;
  const grey = depth === 8 ? new Uint8Array(pixels) : new Uint16Array(pixels);
  let coloured = 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [r, g, b] = [data[pixel * 3], data[pixel * 3 + 1], data[pixel * 3 + 2]] as [number, number, number];
    if (Math.max(r, g, b) - Math.min(r, g, b) > limit) coloured++;
    grey[pixel] = Math.round(0.2126 * r + 0.7152 * g + 0.0722 * b);
  }
  return !always && coloured > mostColoured * pixels ? raster : { ...raster, data: grey, channels: 1 };
}
