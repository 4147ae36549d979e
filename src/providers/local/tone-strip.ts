import { type Dehaze, dehazeStrip, transmissionOf } from './dehaze.ts';
import { fillLightFactor } from './fill-light.ts';
import { localContrastFactor } from './local-contrast.ts';
import { blueWeight, greenWeight, redWeight } from './statistics.ts';
import type { Strip } from './strip.ts';
import type { Curve, ToneMap } from './tone.ts';
import { largest, vibranceFactor } from './vibrance.ts';

/** A tone map with its curves as tables of values 0 to 1, evenly spread over 0 to 1. */
export interface ToneTables {
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
  /** What the three make of grey; for luma, base and veil. */
  readonly grey: Float32Array;
  readonly dehaze: Dehaze | undefined;
  /** Transmission by veil as the light map gives it; undefined without `dehaze`. */
  readonly transmission: Float32Array | undefined;
  /** The curve of all channels after `dehaze`; undefined if it changes nothing. */
  readonly later: Float32Array | undefined;
  readonly fillLight: number;
  readonly localContrast: number;
  readonly vibrance: number;
}

const finest = 2047;

/** Tables for pixels of `max + 1` levels. */
export function makeTables(map: ToneMap, max: number): ToneTables {
  const [red, green, blue] = map.curves;
  const fine = Math.max(max, finest);
  const grey = table((y) => redWeight * red(y) + greenWeight * green(y) + blueWeight * blue(y), fine);
  return {
    red: table(red, max),
    green: table(green, max),
    blue: table(blue, max),
    grey,
    dehaze: map.dehaze,
    transmission: map.dehaze && transmissionOf(map.dehaze, grey),
    later: map.later && table(map.later, fine),
    fillLight: map.fillLight,
    localContrast: map.localContrast,
    vibrance: map.vibrance,
  };
}

function table(curve: Curve, max: number): Float32Array {
  const values = new Float32Array(max + 1);
  for (let at = 0; at <= max; at++) values[at] = curve(at / max);
  return values;
}

/** The same with `share` of the effect. */
export function milderTables(tables: ToneTables, share: number): ToneTables {
  if (share === 1) return tables;
  const blend = (values: Float32Array) =>
    values.map((value, at) => {
      const from = at / (values.length - 1);
      return from + share * (value - from);
    });
  const { later } = tables;
  const grey = blend(tables.grey);
  const dehaze = tables.dehaze && { ...tables.dehaze, amount: tables.dehaze.amount * share };
  return {
    red: blend(tables.red),
    green: blend(tables.green),
    blue: blend(tables.blue),
    grey,
    dehaze,
    transmission: dehaze && transmissionOf(dehaze, grey),
    later: later && blend(later),
    fillLight: tables.fillLight * share,
    localContrast: tables.localContrast * share,
    vibrance: tables.vibrance * share,
  };
}

/** Takes the pixels of a strip through all tone and colour steps, in place. */
export function toneStrip(strip: Strip, tables: ToneTables): void {
  lookUp(strip.red, tables.red);
  lookUp(strip.green, tables.green);
  lookUp(strip.blue, tables.blue);
  toneCurved(strip, tables);
}

/** The same for a strip whose channels have been through their curves. */
export function toneCurved(strip: Strip, tables: ToneTables): void {
  const { red, green, blue, luma, base } = strip;
  const { dehaze, transmission, later, fillLight, localContrast, vibrance } = tables;
  const based = needsBase(tables);
  if (based) for (const values of [luma, base]) lookUp(values, tables.grey);
  if (dehaze !== undefined && transmission !== undefined) {
    dehazeStrip(strip, dehaze, transmission, based);
    if (later !== undefined) {
      for (const values of based ? [red, green, blue, luma, base] : [red, green, blue]) lookUp(values, later);
    }
  }
  if (based || vibrance !== 0) shape(strip, fillLight, localContrast, vibrance);
}

/** Whether a step looks at base; without one, the base of a strip need not be read. */
export function needsBase({ fillLight, localContrast }: ToneTables): boolean {
  return fillLight !== 0 || localContrast !== 0;
}

function lookUp(values: Float32Array, table: Float32Array): void {
  const max = table.length - 1;
  for (let x = 0; x < values.length; x++)
    values[x] = table[((values[x] as number) * max + 0.5) | 0] as number;
}

// Light is added and taken by one factor on all channels, so hues stay.
function shape(strip: Strip, fillLight: number, localContrast: number, vibrance: number): void {
  const { count, red, green, blue, luma, base } = strip;
  for (let x = 0; x < count; x++) {
    const r = red[x] as number;
    const g = green[x] as number;
    const b = blue[x] as number;
    const y = redWeight * r + greenWeight * g + blueWeight * b;
    const most = largest(r, g, b);
    const difference = (luma[x] as number) - (base[x] as number);
    // Deep colours have little luma but are not in the shade: half-way to their largest channel.
    const lit = fillLightFactor((y + most) * 0.5 - difference, most, fillLight);
    const factor = lit * localContrastFactor(difference * lit, most * lit, localContrast);
    // Before the factor is applied, so 1 is as far away as 1 / factor.
    const colour = vibrance === 0 ? factor : factor * vibranceFactor(r, g, b, most, y, 1 / factor, vibrance);
    const rest = (factor - colour) * y;
    red[x] = colour * r + rest;
    green[x] = colour * g + rest;
    blue[x] = colour * b + rest;
  }
}
