import type { LightMap } from './light-map.ts';

/**
 * Interpolates one list of a light map for a whole row of pixels: row `y` of `height` on `page`, into `out`, as many values
 * as the row has pixels. `cells` is room for one value a column.
 */
export function readLightRow(
  { columns, rows }: LightMap,
  values: Float32Array,
  page: number,
  y: number,
  height: number,
  cells: Float32Array,
  out: Float32Array,
): void {
  const v = Math.max(0, Math.min(rows - 1, ((y + 0.5) * rows) / height - 0.5));
  const above = (page * rows + Math.floor(v)) * columns;
  const below = (page * rows + Math.ceil(v)) * columns;
  const part = v - Math.floor(v);
  for (let x = 0; x < columns; x++) {
    const from = values[above + x] as number;
    cells[x] = from + part * ((values[below + x] as number) - from);
  }
  const width = out.length;
  const scale = columns / width;
  // From one cell centre to the next; before the first and behind the last nothing changes.
  for (let left = -1, x = 0; left < columns; left++) {
    const from = cells[Math.max(0, left)] as number;
    const rise = (cells[Math.min(columns - 1, left + 1)] as number) - from;
    const end = Math.min(width, Math.ceil((left + 1.5) / scale - 0.5));
    const step = rise * scale;
    let value = from + ((x + 0.5) * scale - 0.5 - left) * rise;
    for (; x < end; x++) {
      out[x] = value;
      value += step;
    }
  }
}

/** One list of a light map at one pixel, as readLightRow interpolates it. */
export function lightAt(
  { columns, rows }: LightMap,
  values: Float32Array,
  page: number,
  [x, width]: readonly [number, number],
  [y, height]: readonly [number, number],
): number {
  const u = Math.max(0, Math.min(columns - 1, ((x + 0.5) * columns) / width - 0.5));
  const v = Math.max(0, Math.min(rows - 1, ((y + 0.5) * rows) / height - 0.5));
  const along = (row: number) => {
    const start = (page * rows + row) * columns;
    const from = values[start + Math.floor(u)] as number;
    return from + (u - Math.floor(u)) * ((values[start + Math.ceil(u)] as number) - from);
  };
  const from = along(Math.floor(v));
  return from + (v - Math.floor(v)) * (along(Math.ceil(v)) - from);
}
