import type { Raster } from '../../images/raster.ts';
import type { LightMap } from './light-map.ts';
import { applyTables, pickPixels } from './light-pass.ts';
import { blueWeight, greenWeight, redWeight } from './statistics.ts';
import { copyStrip, type Strip } from './strip.ts';
import { type Curve, needsLight, type ToneMap } from './tone.ts';
import { makeTables, milderTables, toneStrip } from './tone-strip.ts';
import { largest, vibranceFactor } from './vibrance.ts';

const lookedAt = 65_536;
const allowedGrowth = 0.01;
const finestShare = 1 / 128;

/** Applies a tone map to the colour of every pixel, in place. Milder where it would cut off more than 1 % of pixels. */
export function applyTone(raster: Raster, map: ToneMap, light: LightMap): void {
  if (needsLight(map)) applyWithLight(raster, map, light);
  else applyCurves(raster, map);
}

function applyWithLight(raster: Raster, map: ToneMap, light: LightMap): void {
  const max = raster.depth === 8 ? 255 : 65535;
  const full = makeTables(raster.channels < 3 ? ofGrey(map) : map, max);
  const picked = pickPixels(raster, full, light, lookedAt);
  const before = cutShare(picked);
  const cutsOff = (share: number) => {
    const tried = copyStrip(picked);
    toneStrip(tried, milderTables(full, share));
    return cutShare(tried) - before > allowedGrowth;
  };
  let share = 1;
  if (cutsOff(1)) {
    share = 0;
    for (let step = 0.5; step >= finestShare; step /= 2) if (!cutsOff(share + step)) share += step;
  }
  if (share > 0) applyTables(raster, milderTables(full, share), light);
}

function ofGrey(map: ToneMap): ToneMap {
  const [, curve] = map.curves;
  const { dehaze } = map;
  const air =
    dehaze === undefined
      ? 0
      : redWeight * dehaze.air[0] + greenWeight * dehaze.air[1] + blueWeight * dehaze.air[2];
  return { ...map, curves: [curve, curve, curve], dehaze: dehaze && { ...dehaze, air: [air, air, air] } };
}

// Share of pixels with a channel at an end of its range. Counts from one level of 255 before the end on, so that rounding
// to 8 bits or a hair of difference does not decide.
function cutShare({ count, red, green, blue }: Strip): number {
  let cut = 0;
  for (let x = 0; x < count; x++) {
    const r = red[x] as number;
    const g = green[x] as number;
    const b = blue[x] as number;
    const room = 255 * Math.min(r, g, b, 1 - largest(r, g, b)) - 0.5;
    if (room < 1) cut += 1 - Math.max(0, room);
  }
  return count === 0 ? 0 : cut / count;
}

// Without steps that look at the surroundings, each channel goes through a table.
function applyCurves(raster: Raster, map: ToneMap): void {
  const max = raster.depth === 8 ? 255 : 65535;
  const exact = map.curves.map((curve) => table(curve, max));
  for (const share of [1, 0.75, 0.5, 0.25]) {
    const tables = exact.map((values) => blend(values, share)) as Tables;
    const vibrance = map.vibrance * share;
    if (clippedGrowth(raster, tables, vibrance, max) > allowedGrowth) continue;
    if (raster.channels < 3) mapGrey(raster, tables[1]);
    else if (vibrance === 0) mapChannels(raster, tables);
    else mapColour(raster, tables, vibrance, max);
    return;
  }
}

type Tables = [Float32Array, Float32Array, Float32Array];

// Tables are in code values of the raster's depth, not rounded.
function table(curve: Curve, max: number): Float32Array {
  return Float32Array.from({ length: max + 1 }, (_, value) => curve(value / max) * max);
}

function blend(values: Float32Array, share: number): Float32Array {
  return share === 1 ? values : values.map((value, from) => from + share * (value - from));
}

// How much the share of opaque pixels with a channel at an end of its range grows, tried on evenly spread pixels.
function clippedGrowth(raster: Raster, [red, green, blue]: Tables, vibrance: number, max: number): number {
  const { data, channels } = raster;
  const alpha = channels === 2 || channels === 4 ? channels - 1 : 0;
  const count = data.length / channels;
  const step = Math.max(1, Math.floor(count / lookedAt));
  const [second, third] = channels < 3 ? [0, 0] : [1, 2];
  let seen = 0;
  let before = 0;
  let after = 0;
  for (let pixel = step >> 1; pixel < count; pixel += step) {
    const at = pixel * channels;
    if (alpha > 0 && (data[at + alpha] as number) * 2 < max) continue;
    seen++;
    const r0 = data[at] as number;
    const g0 = data[at + second] as number;
    const b0 = data[at + third] as number;
    if (Math.min(r0, g0, b0) === 0 || Math.max(r0, g0, b0) === max) before++;
    const r = (channels < 3 ? green : red)[r0] as number;
    const g = green[g0] as number;
    const b = (channels < 3 ? green : blue)[b0] as number;
    const luma = redWeight * r + greenWeight * g + blueWeight * b;
    const factor = vibrance === 0 ? 1 : vibranceFactor(r, g, b, largest(r, g, b), luma, max, vibrance);
    const rest = (1 - factor) * luma;
    if (factor * Math.min(r, g, b) + rest < 0.5 || factor * Math.max(r, g, b) + rest >= max - 0.5) after++;
  }
  return seen === 0 ? 0 : (after - before) / seen;
}

function mapGrey({ data, channels }: Raster, values: Float32Array): void {
  const rounded = roundTable(values);
  for (let at = 0; at < data.length; at += channels) data[at] = rounded[data[at] as number] as number;
}

function mapChannels({ data, channels }: Raster, tables: Tables): void {
  const [red, green, blue] = tables.map(roundTable) as [Uint16Array, Uint16Array, Uint16Array];
  for (let at = 0; at < data.length; at += channels) {
    data[at] = red[data[at] as number] as number;
    data[at + 1] = green[data[at + 1] as number] as number;
    data[at + 2] = blue[data[at + 2] as number] as number;
  }
}

function mapColour(
  { data, channels }: Raster,
  [red, green, blue]: Tables,
  vibrance: number,
  max: number,
): void {
  for (let at = 0; at < data.length; at += channels) {
    const r = red[data[at] as number] as number;
    const g = green[data[at + 1] as number] as number;
    const b = blue[data[at + 2] as number] as number;
    const luma = redWeight * r + greenWeight * g + blueWeight * b;
    const factor = vibranceFactor(r, g, b, largest(r, g, b), luma, max, vibrance);
    // Half is added because storing cuts the fraction off.
    const rest = (1 - factor) * luma + 0.5;
    data[at] = clamp(factor * r + rest, max);
    data[at + 1] = clamp(factor * g + rest, max);
    data[at + 2] = clamp(factor * b + rest, max);
  }
}

function roundTable(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, (value) => Math.round(value));
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value;
}
