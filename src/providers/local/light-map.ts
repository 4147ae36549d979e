import { darkChannel } from './dark-channel.ts';
import { guidedFilter, type Page } from './guided-filter.ts';
import type { SampleGrid } from './sample.ts';
import { blueWeight, greenWeight, redWeight } from './statistics.ts';

/**
 * The light of a picture from place to place, measured on a small copy: an edge-aware base of luma and a veil of haze,
 * each as an affine function of the luma of the full-size pixel (fast guided filter, He and Sun 2015), so that both
 * follow edges that the small copy does not resolve. All lists hold `columns * rows * pages` cells; cell centres are
 * spread evenly over each page. Values are code values 0 to 1.
 */
export interface LightMap {
  readonly columns: number;
  readonly rows: number;
  readonly pages: number;
  /** Base luma of a pixel with luma y: slope * y + offset, both interpolated between cells. */
  readonly slope: Float32Array;
  readonly offset: Float32Array;
  /** Dark channel (least of the channels over a neighbourhood) of a pixel with luma y, in the same form. */
  readonly veilSlope: Float32Array;
  readonly veilOffset: Float32Array;
}

// Shares of the long side of the grid.
const windowShare = 1 / 24;
const darkShare = 1 / 40;
// Differences of luma well below this are detail, well above it edges.
const edgeOf1 = 0.025;

/** Measures the light of a small copy, every page by itself; where nothing is opaque the base is luma and the veil 0. */
export function measureLight(grid: SampleGrid): LightMap {
  const { columns, rows, pages } = grid;
  const long = Math.max(columns, rows);
  const radius = Math.max(1, Math.round(long * windowShare));
  const darkRadius = Math.max(1, Math.round(long * darkShare));
  const size = columns * rows;
  const empty = () => new Float32Array(size * pages);
  const map = { slope: empty(), offset: empty(), veilSlope: empty(), veilOffset: empty() };
  for (let number = 0; number < pages; number++) {
    const from = number * size;
    const pixels = grid.pixels.subarray(from * 3, (from + size) * 3);
    const page: Page = {
      columns,
      rows,
      weights: Float32Array.from(grid.opaque.subarray(from, from + size)),
    };
    const luma = lumaOf(pixels);
    const base = guidedFilter(page, luma, luma, radius, edgeOf1 ** 2, [1, 0]);
    const dark = darkChannel(page, pixels, darkRadius);
    const veil = guidedFilter(page, luma, dark, radius, edgeOf1 ** 2, [0, 0]);
    map.slope.set(base.slope, from);
    map.offset.set(base.offset, from);
    map.veilSlope.set(veil.slope, from);
    map.veilOffset.set(veil.offset, from);
  }
  return { columns, rows, pages, ...map };
}

/** Base and veil at the cells of the grid that the map was measured on. */
export function lightOfCells(
  grid: SampleGrid,
  map: LightMap,
): { readonly base: Float32Array; readonly veil: Float32Array } {
  const luma = lumaOf(grid.pixels);
  const at = (slope: Float32Array, offset: Float32Array) =>
    luma.map((y, cell) => clamp((slope[cell] as number) * y + (offset[cell] as number)));
  return { base: at(map.slope, map.offset), veil: at(map.veilSlope, map.veilOffset) };
}

function lumaOf(pixels: Float32Array): Float32Array {
  const luma = new Float32Array(pixels.length / 3);
  for (let cell = 0, at = 0; cell < luma.length; cell++, at += 3) {
    luma[cell] =
      redWeight * (pixels[at] as number) +
      greenWeight * (pixels[at + 1] as number) +
      blueWeight * (pixels[at + 2] as number);
  }
  return luma;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
