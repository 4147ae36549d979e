import type { Raster } from '../../images/raster.ts';
import type { LightMap } from './light-map.ts';
import { lightAt, readLightRow } from './light-rows.ts';
import { blueWeight, greenWeight, redWeight } from './statistics.ts';
import { makeStrip, type Strip } from './strip.ts';
import { type ToneTables, toneCurved } from './tone-strip.ts';

/** Takes all pixels of a raster through the tone and colour steps, in place, row by row. */
export function applyTables(raster: Raster, tables: ToneTables, light: LightMap): void {
  const { width, height, pages } = raster;
  const strip = makeStrip(width);
  const cells = new Float32Array(light.columns);
  const offset = new Float32Array(width);
  const veiled = tables.dehaze !== undefined;
  for (let page = 0; page < pages; page++) {
    for (let y = 0; y < height; y++) {
      readRow(raster, page * height + y, strip, tables);
      const follow = (slopes: Float32Array, offsets: Float32Array, out: Float32Array) => {
        readLightRow(light, slopes, page, y, height, cells, out);
        readLightRow(light, offsets, page, y, height, cells, offset);
        followLuma(strip.luma, out, offset);
      };
      follow(light.slope, light.offset, strip.base);
      if (veiled) follow(light.veilSlope, light.veilOffset, strip.veil);
      toneCurved(strip, tables);
      writeRow(raster, page * height + y, strip);
    }
  }
}

// Luma is that of the pixel as it is; the channels go through their curves at once.
function readRow(
  { data, width, channels, depth }: Raster,
  row: number,
  { red, green, blue, luma }: Strip,
  tables: ToneTables,
): void {
  const max = depth === 8 ? 255 : 65535;
  const [second, third] = channels < 3 ? [0, 0] : [1, 2];
  const [redShare, greenShare, blueShare] = [redWeight / max, greenWeight / max, blueWeight / max];
  for (let x = 0, at = row * width * channels; x < width; x++, at += channels) {
    const r = data[at] as number;
    const g = data[at + second] as number;
    const b = data[at + third] as number;
    luma[x] = redShare * r + greenShare * g + blueShare * b;
    red[x] = tables.red[r] as number;
    green[x] = tables.green[g] as number;
    blue[x] = tables.blue[b] as number;
  }
}

// Slope and offset to the value itself, in place of the slope.
function followLuma(luma: Float32Array, slope: Float32Array, offset: Float32Array): void {
  for (let x = 0; x < luma.length; x++) {
    slope[x] = clamp((slope[x] as number) * (luma[x] as number) + (offset[x] as number));
  }
}

function writeRow({ data, width, channels, depth }: Raster, row: number, strip: Strip): void {
  const { red, green, blue } = strip;
  const max = depth === 8 ? 255 : 65535;
  for (let x = 0, at = row * width * channels; x < width; x++, at += channels) {
    // Half is added because storing cuts the fraction off.
    data[at] = clamp(red[x] as number) * max + 0.5;
    if (channels < 3) continue;
    data[at + 1] = clamp(green[x] as number) * max + 0.5;
    data[at + 2] = clamp(blue[x] as number) * max + 0.5;
  }
}

/** At most about `most` opaque pixels of a raster, evenly spread, with their light. */
export function pickPixels(raster: Raster, light: LightMap, most: number): Strip {
  const { data, width, height, channels, depth } = raster;
  const max = depth === 8 ? 255 : 65535;
  const alpha = channels === 2 || channels === 4 ? channels - 1 : 0;
  const [second, third] = channels < 3 ? [0, 0] : [1, 2];
  const all = data.length / channels;
  const step = Math.max(1, Math.floor(all / most));
  const places: number[] = [];
  for (let pixel = step >> 1; pixel < all; pixel += step) {
    if (alpha === 0 || (data[pixel * channels + alpha] as number) * 2 >= max) places.push(pixel);
  }
  const strip = makeStrip(places.length);
  places.forEach((pixel, x) => {
    const at = pixel * channels;
    const red = (data[at] as number) / max;
    const green = (data[at + second] as number) / max;
    const blue = (data[at + third] as number) / max;
    const luma = redWeight * red + greenWeight * green + blueWeight * blue;
    const row = Math.floor(pixel / width);
    const read = (values: Float32Array) =>
      lightAt(light, values, Math.floor(row / height), [pixel % width, width], [row % height, height]);
    strip.red[x] = red;
    strip.green[x] = green;
    strip.blue[x] = blue;
    strip.luma[x] = luma;
    strip.base[x] = clamp(read(light.slope) * luma + read(light.offset));
    strip.veil[x] = clamp(read(light.veilSlope) * luma + read(light.veilOffset));
  });
  return strip;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
