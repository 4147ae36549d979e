import type { Raster } from '../../images/raster.ts';

const longSidePixels = 384;
const smallestSidePixels = 16;

/**
 * A small copy of a picture: box averages in cells that are spread evenly over each page, row by row, pages one below the
 * other.
 */
export interface SampleGrid {
  readonly columns: number;
  /** Rows of one page. */
  readonly rows: number;
  readonly pages: number;
  /** RGB triplets of code values 0 to 1 (grey is repeated three times); those of cells that are not opaque mean nothing. */
  readonly pixels: Float32Array;
  /** 1 for every cell that is mostly opaque, otherwise 0. */
  readonly opaque: Uint8Array;
}

/** Takes the small copy for statistics: at most about 384 x 384 cells over all pages. */
export function takeSample(raster: Raster): SampleGrid {
  const { width, height, pages } = raster;
  const side = Math.max(smallestSidePixels, longSidePixels / Math.sqrt(pages));
  const scale = Math.max(1, Math.max(width, height) / side);
  const columns = Math.max(1, Math.round(width / scale));
  const rows = Math.max(1, Math.round(height / scale));
  const pixels = new Float32Array(columns * rows * pages * 3);
  const opaque = new Uint8Array(columns * rows * pages);
  const cell: Cell = { red: 0, green: 0, blue: 0, seen: 0, looked: 0 };
  let at = 0;
  for (let page = 0; page < pages; page++) {
    for (let row = 0; row < rows; row++) {
      const top = page * height + Math.floor((row * height) / rows);
      const bottom = page * height + Math.floor(((row + 1) * height) / rows);
      for (let column = 0; column < columns; column++, at++) {
        const left = Math.floor((column * width) / columns);
        const right = Math.floor(((column + 1) * width) / columns);
        sumCell(raster, left, right, top, bottom, cell);
        if (cell.seen * 2 < cell.looked || cell.seen === 0) continue;
        opaque[at] = 1;
        pixels[at * 3] = cell.red / cell.seen;
        pixels[at * 3 + 1] = cell.green / cell.seen;
        pixels[at * 3 + 2] = cell.blue / cell.seen;
      }
    }
  }
  return { columns, rows, pages, pixels, opaque };
}

/** What `values` holds for the opaque cells of a grid, `size` numbers each. */
export function keepOpaque({ opaque }: SampleGrid, values: Float32Array, size: number): Float32Array {
  const kept = new Float32Array(values.length);
  let filled = 0;
  for (let cell = 0; cell < opaque.length; cell++) {
    if (opaque[cell] === 0) continue;
    for (let n = 0; n < size; n++) kept[filled++] = values[cell * size + n] as number;
  }
  return kept.slice(0, filled);
}

interface Cell {
  red: number;
  green: number;
  blue: number;
  seen: number;
  looked: number;
}

// Adds up at most about 5 x 5 pixels of one cell, evenly spread; the sums come out scaled to 0..1.
function sumCell(raster: Raster, left: number, right: number, top: number, bottom: number, cell: Cell): void {
  const { data, channels, width, depth } = raster;
  const max = depth === 8 ? 255 : 65535;
  const stepX = Math.max(1, Math.floor((right - left) / 4));
  const stepY = Math.max(1, Math.floor((bottom - top) / 4));
  const colour = channels >= 3;
  const alpha = channels === 2 || channels === 4 ? channels - 1 : 0;
  let red = 0;
  let green = 0;
  let blue = 0;
  let seen = 0;
  let looked = 0;
  for (let y = top; y < bottom; y += stepY) {
    for (let x = left; x < right; x += stepX) {
      const at = (y * width + x) * channels;
      looked++;
      if (alpha > 0 && (data[at + alpha] as number) * 2 < max) continue;
      const r = data[at] as number;
      const g = colour ? (data[at + 1] as number) : r;
      const b = colour ? (data[at + 2] as number) : r;
      red += r;
      green += g;
      blue += b;
      seen++;
    }
  }
  cell.red = red / max;
  cell.green = green / max;
  cell.blue = blue / max;
  cell.seen = seen;
  cell.looked = looked;
}
