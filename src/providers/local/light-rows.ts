import type { Affine } from './guided-filter.ts';
import type { LightMap } from './light-map.ts';

/**
 * Base or veil (`layer`, lists of the map) for a whole row of pixels, row `y` of `height` on `page`, by their luma:
 * into `out`, as many values as the row has pixels. `room` is for one slope and one offset a column.
 */
export function readLightRow(
  { columns, rows }: LightMap,
  { slope, offset }: Affine,
  page: number,
  y: number,
  height: number,
  room: Affine,
  luma: Float32Array,
  out: Float32Array,
): void {
  const v = Math.max(0, Math.min(rows - 1, ((y + 0.5) * rows) / height - 0.5));
  const above = (page * rows + Math.floor(v)) * columns;
  const below = (page * rows + Math.ceil(v)) * columns;
  const part = v - Math.floor(v);
  blendRows(slope, above, below, part, room.slope);
  blendRows(offset, above, below, part, room.offset);
  const { slope: slopes, offset: offsets } = room;
  const width = out.length;
  const scale = columns / width;
  // From one cell centre to the next; before the first and behind the last nothing changes.
  for (let left = -1, x = 0; left < columns; left++) {
    const from = left < 0 ? 0 : left;
    const to = left + 1 < columns ? left + 1 : columns - 1;
    const end = Math.min(width, Math.ceil((left + 1.5) / scale - 0.5));
    const past = (x + 0.5) * scale - 0.5 - left;
    const slopeRise = (slopes[to] as number) - (slopes[from] as number);
    const offsetRise = (offsets[to] as number) - (offsets[from] as number);
    const slopeStep = slopeRise * scale;
    const offsetStep = offsetRise * scale;
    let slopeHere = (slopes[from] as number) + past * slopeRise;
    let offsetHere = (offsets[from] as number) + past * offsetRise;
    for (; x < end; x++) {
      const value = slopeHere * (luma[x] as number) + offsetHere;
      out[x] = value < 0 ? 0 : value > 1 ? 1 : value;
      slopeHere += slopeStep;
      offsetHere += offsetStep;
    }
  }
}

function blendRows(
  values: Float32Array,
  above: number,
  below: number,
  part: number,
  out: Float32Array,
): void {
  for (let x = 0; x < out.length; x++) {
    const from = values[above + x] as number;
    out[x] = from + part * ((values[below + x] as number) - from);
  }
}

/** Base or veil at one pixel with the luma `luma`, as readLightRow interpolates it. */
export function lightAt(
  { columns, rows }: LightMap,
  { slope, offset }: Affine,
  page: number,
  [x, width]: readonly [number, number],
  [y, height]: readonly [number, number],
  luma: number,
): number {
  const u = Math.max(0, Math.min(columns - 1, ((x + 0.5) * columns) / width - 0.5));
  const v = Math.max(0, Math.min(rows - 1, ((y + 0.5) * rows) / height - 0.5));
  const above = (page * rows + Math.floor(v)) * columns;
  const below = (page * rows + Math.ceil(v)) * columns;
  const [left, right] = [Math.floor(u), Math.ceil(u)];
  const along = (values: Float32Array, start: number) => {
    const from = values[start + left] as number;
    return from + (u - left) * ((values[start + right] as number) - from);
  };
  const read = (values: Float32Array) => {
    const from = along(values, above);
    return from + (v - Math.floor(v)) * (along(values, below) - from);
  };
  return Math.max(0, Math.min(1, read(slope) * luma + read(offset)));
}
