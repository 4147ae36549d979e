import type { Raster } from '../../images/raster.ts';
import type { Affine } from './guided-filter.ts';
import type { LightMap } from './light-map.ts';
import { lightAt, readLightRow } from './light-rows.ts';
import { blueWeight, greenWeight, redWeight } from './statistics.ts';
import { makeStrip, type Strip } from './strip.ts';
import { needsBase, type ToneTables, toneCurved } from './tone-strip.ts';

/** Takes all pixels of a raster through the tone and colour steps, in place, row by row. */
export function applyTables(raster: Raster, tables: ToneTables, light: LightMap): void {
  const { width, height, pages } = raster;
  const strip = makeStrip(width);
  const room = { slope: new Float32Array(light.columns), offset: new Float32Array(light.columns) };
  const veil = veilOf(light);
  const [based, veiled] = [needsBase(tables), tables.dehaze !== undefined];
  for (let page = 0; page < pages; page++) {
    for (let y = 0; y < height; y++) {
      readRow(raster, page * height + y, strip, tables);
      if (based) readLightRow(light, light, page, y, height, room, strip.luma, strip.base);
      if (veiled) readLightRow(light, veil, page, y, height, room, strip.luma, strip.veil);
      toneCurved(strip, tables);
      writeRow(raster, page * height + y, strip);
    }
  }
}

function veilOf({ veilSlope, veilOffset }: LightMap): Affine {
  return { slope: veilSlope, offset: veilOffset };
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
  const { red: redCurve, green: greenCurve, blue: blueCurve } = tables;
  for (let x = 0, at = row * width * channels; x < width; x++, at += channels) {
    const r = data[at] as number;
    const g = data[at + second] as number;
    const b = data[at + third] as number;
    luma[x] = redShare * r + greenShare * g + blueShare * b;
    red[x] = redCurve[r] as number;
    green[x] = greenCurve[g] as number;
    blue[x] = blueCurve[b] as number;
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

/** At most about `most` opaque pixels of a raster, evenly spread, with what `tables` need of their light. */
export function pickPixels(raster: Raster, tables: ToneTables, light: LightMap, most: number): Strip {
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
  const veil = veilOf(light);
  const [based, veiled] = [needsBase(tables), tables.dehaze !== undefined];
  places.forEach((pixel, x) => {
    const at = pixel * channels;
    const red = (data[at] as number) / max;
    const green = (data[at + second] as number) / max;
    const blue = (data[at + third] as number) / max;
    const luma = redWeight * red + greenWeight * green + blueWeight * blue;
    const row = Math.floor(pixel / width);
    const page = Math.floor(row / height);
    const read = (layer: Affine) =>
      lightAt(light, layer, page, [pixel % width, width], [row % height, height], luma);
    strip.red[x] = red;
    strip.green[x] = green;
    strip.blue[x] = blue;
    strip.luma[x] = luma;
    if (based) strip.base[x] = read(light);
    if (veiled) strip.veil[x] = read(veil);
  });
  return strip;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
