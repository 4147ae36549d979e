// Small copies in which a picture and its result are compared.
import type { Size } from '../../providers/model.ts';
import type { Raster } from '../raster.ts';

/** 8-bit RGB, row by row. */
export interface Small extends Size {
  readonly rgb: Uint8Array;
  /** How much a pixel counts, 0 to 1; undefined where all count fully. */
  readonly weights?: Float32Array;
}

/** Pixels of the longer side. */
export const longestSide = 256;

/** The size in which a picture is compared: never larger than it is. */
export function smallSize({ width, height }: Size): Size {
  const share = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

export interface Part extends Size {
  readonly left: number;
  readonly top: number;
}

// Of each small pixel's area; a finer grid tells nothing more.
const mostSamples = 4;

/**
 * The first page of a grey or RGB raster, or of a part of it, in another size: each pixel is the mean of a grid of at most
 * 4 by 4 pixels within it, weighted with their alpha, which becomes the weight of the pixel. Looks at no more than 16 pixels
 * for each it makes, whatever the size of the picture.
 */
export function shrink(
  raster: Raster,
  { width: wide, height: high }: Size,
  part: Part = { left: 0, top: 0, ...raster },
): Small {
  const size = { width: wide, height: high };
  const { data, channels, depth, width: stride } = raster;
  const colours = channels < 3 ? 1 : 3;
  const hasAlpha = channels > colours;
  const [gain, max] = depth === 8 ? [1, 255] : [255 / 65_535, 65_535];
  const columns = gridOf(part.left, part.width, size.width);
  const rows = gridOf(part.top, part.height, size.height);
  const rgb = new Uint8Array(size.width * size.height * 3);
  const weights = hasAlpha ? new Float32Array(size.width * size.height) : undefined;
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      let [weight, r, g, b] = [0, 0, 0, 0];
      for (let row = 0; row < rows.each; row++) {
        const line = (rows.at[y * rows.each + row] as number) * stride;
        for (let column = 0; column < columns.each; column++) {
          const at = (line + (columns.at[x * columns.each + column] as number)) * channels;
          const opacity = hasAlpha ? (data[at + colours] as number) / max : 1;
          weight += opacity;
          r += opacity * (data[at] as number);
          g += opacity * (data[at + (colours === 3 ? 1 : 0)] as number);
          b += opacity * (data[at + (colours === 3 ? 2 : 0)] as number);
        }
      }
      const pixel = y * size.width + x;
      const scale = weight === 0 ? 0 : gain / weight;
      rgb[pixel * 3] = r * scale + 0.5;
      rgb[pixel * 3 + 1] = g * scale + 0.5;
      rgb[pixel * 3 + 2] = b * scale + 0.5;
      if (weights) weights[pixel] = weight / (rows.each * columns.each);
    }
  }
  return { ...size, rgb, ...(weights && { weights }) };
}

/** The pixels of a part, by their places in rows; what lies outside is left out. */
export function smallPixels({ width, height }: Size, part: Part): number[] {
  const pixels: number[] = [];
  const [right, bottom] = [Math.min(width, part.left + part.width), Math.min(height, part.top + part.height)];
  for (let y = Math.max(0, part.top); y < bottom; y++) {
    for (let x = Math.max(0, part.left); x < right; x++) pixels.push(y * width + x);
  }
  return pixels;
}

/** Luma by ITU-R BT.709, 0 to 255. */
export function lumaOf({ rgb }: Small): Float32Array {
  return Float32Array.from(
    { length: rgb.length / 3 },
    (_, pixel) =>
      0.2126 * (rgb[pixel * 3] as number) +
      0.7152 * (rgb[pixel * 3 + 1] as number) +
      0.0722 * (rgb[pixel * 3 + 2] as number),
  );
}

// Which pixels are looked at along one axis: `each` for every small one, in the middle of equal parts of it.
function gridOf(from: number, length: number, outputs: number): { at: Int32Array; each: number } {
  const step = length / outputs;
  const each = Math.max(1, Math.min(mostSamples, Math.floor(step)));
  const last = from + length - 1;
  const at = Int32Array.from({ length: outputs * each }, (_, n) =>
    Math.min(last, Math.floor(from + ((n + 0.5) * step) / each)),
  );
  return { at, each };
}
