import type { Raster } from '../raster.ts';
import type { Fit } from './fit-size.ts';

/** The picture in its place in the size it is sent in; its edge pixels are repeated outwards, so that no frame shows. */
export function pad(raster: Raster, { width, height, content }: Fit): Raster {
  if (raster.width === width && raster.height === height) return raster;
  const { channels } = raster;
  const data =
    raster.depth === 8
      ? new Uint8Array(width * height * channels)
      : new Uint16Array(width * height * channels);
  const rowLength = width * channels;
  const { left, top } = content;
  for (let y = 0; y < content.height; y++) {
    const row = data.subarray((top + y) * rowLength, (top + y + 1) * rowLength);
    const from = y * raster.width * channels;
    row.set(raster.data.subarray(from, from + raster.width * channels), left * channels);
    for (let x = 0; x < left; x++) row.copyWithin(x * channels, left * channels, (left + 1) * channels);
    const last = (left + content.width - 1) * channels;
    for (let x = left + content.width; x < width; x++) row.copyWithin(x * channels, last, last + channels);
  }
  for (let y = 0; y < top; y++) data.copyWithin(y * rowLength, top * rowLength, (top + 1) * rowLength);
  const last = (top + content.height - 1) * rowLength;
  for (let y = top + content.height; y < height; y++) data.copyWithin(y * rowLength, last, last + rowLength);
  return { ...raster, data, width, height };
}
