import type { Raster } from '../../images/raster.ts';

/** Where in the picture an 8 x 8 block begins: row counted over all pages, column in pixels. */
export interface BlockPlace {
  readonly row: number;
  readonly column: number;
}

export type Weights = readonly [red: number, green: number, blue: number];

const size = 8;

/** At most about `most` places of whole 8 x 8 blocks, spread evenly over all pages; none if a page is too small. */
export function placeBlocks(raster: Raster, most: number): BlockPlace[] {
  const { width, height, pages } = raster;
  const columns = Math.floor(width / size);
  const rows = Math.floor(height / size);
  if (columns === 0 || rows === 0) return [];
  const step = Math.max(1, Math.sqrt((columns * rows * pages) / most));
  const places: BlockPlace[] = [];
  const stackedRows = rows * pages;
  for (let y = step / 2; y < stackedRows; y += step) {
    const stacked = Math.floor(y);
    const row = Math.floor(stacked / rows) * height + (stacked % rows) * size;
    for (let x = step / 2; x < columns; x += step) places.push({ row, column: Math.floor(x) * size });
  }
  return places;
}

/**
 * Reads one block into `block`: 64 sums of the channels times their `weights` (grey as it is), each channel 0 to 255. False
 * where the block is of no use: a transparent pixel, or more than an eighth of it at either end of the range, where noise
 * and edges are cut off.
 */
export function readBlock(
  raster: Raster,
  { row, column }: BlockPlace,
  [red, green, blue]: Weights,
  block: Float32Array,
): boolean {
  const { data, width, channels, depth } = raster;
  const max = depth === 8 ? 255 : 65535;
  const scale = depth === 8 ? 1 : 1 / 257;
  const alpha = channels === 2 || channels === 4 ? channels - 1 : 0;
  let cut = 0;
  for (let y = 0; y < size; y++) {
    let at = ((row + y) * width + column) * channels;
    for (let x = 0; x < size; x++, at += channels) {
      if (alpha > 0 && (data[at + alpha] as number) * 2 < max) return false;
      const first = (data[at] as number) * scale;
      const second = channels < 3 ? first : (data[at + 1] as number) * scale;
      const third = channels < 3 ? first : (data[at + 2] as number) * scale;
      block[y * size + x] = channels < 3 ? first : red * first + green * second + blue * third;
      if (first + second + third < 6 || first + second + third > 759) cut++;
    }
  }
  return cut <= (size * size) / 8;
}
