/** What the plan is decided by. Code values 0 to 1 unless named otherwise. */
export interface ToneStatistics {
  readonly lumaMean: number;
  /** Percentiles of luma (Rec. 709 weights on code values). */
  readonly p01: number;
  readonly p05: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
  readonly p99: number;
  readonly p995: number;
  /** Standard deviation of luma. */
  readonly deviation: number;
  /** 0.5th percentile of the smallest channel: what a veil of haze lifts, and deep colours do not. */
  readonly darkest: number;
  /** 99.5th percentile of the largest channel. */
  readonly brightest: number;
  /** Mean of (largest - smallest channel) / largest channel, over pixels that are not nearly black. */
  readonly saturation: number;
  /** Share of pixels with such a saturation above one half. */
  readonly saturatedShare: number;
  /** Share of pixels with luma of at least 250 of 255. */
  readonly whiteShare: number;
  /** Share of pixels with luma of at most 12 of 255. */
  readonly blackShare: number;
  /** Median luma of the pixels that are not white. */
  readonly medianBelowWhite: number;
}

export const redWeight = 0.2126;
export const greenWeight = 0.7152;
export const blueWeight = 0.0722;

const bins = 1024;

/** Statistics of RGB triplets 0..1. An empty list gives those of one mid-grey pixel. */
export function measureTone(pixels: Float32Array): ToneStatistics {
  const source = pixels.length === 0 ? Float32Array.of(0.5, 0.5, 0.5) : pixels;
  const count = source.length / 3;
  const luma = new Uint32Array(bins);
  const low = new Uint32Array(bins);
  const high = new Uint32Array(bins);
  let sum = 0;
  let squares = 0;
  let saturations = 0;
  let saturated = 0;
  let coloured = 0;
  for (let at = 0; at < source.length; at += 3) {
    const red = source[at] as number;
    const green = source[at + 1] as number;
    const blue = source[at + 2] as number;
    const y = redWeight * red + greenWeight * green + blueWeight * blue;
    const least = Math.min(red, green, blue);
    const most = Math.max(red, green, blue);
    add(luma, y);
    add(low, least);
    add(high, most);
    sum += y;
    squares += y * y;
    if (most > 0.08) {
      const saturation = (most - least) / most;
      saturations += saturation;
      coloured++;
      if (saturation > 0.5) saturated++;
    }
  }
  const mean = sum / count;
  const white = share(luma, count, 250 / 255, 1);
  return {
    lumaMean: mean,
    p01: percentile(luma, count, 0.01),
    p05: percentile(luma, count, 0.05),
    p25: percentile(luma, count, 0.25),
    p50: percentile(luma, count, 0.5),
    p75: percentile(luma, count, 0.75),
    p95: percentile(luma, count, 0.95),
    p99: percentile(luma, count, 0.99),
    p995: percentile(luma, count, 0.995),
    deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)),
    darkest: percentile(low, count, 0.005),
    brightest: percentile(high, count, 0.995),
    saturation: coloured === 0 ? 0 : saturations / coloured,
    saturatedShare: coloured === 0 ? 0 : saturated / coloured,
    whiteShare: white,
    blackShare: share(luma, count, 0, 12 / 255),
    medianBelowWhite: percentile(luma, count, 0.5 * (1 - white)),
  };
}

function add(histogram: Uint32Array, value: number): void {
  const bin = Math.max(0, Math.min(bins - 1, Math.round(value * (bins - 1))));
  histogram[bin] = (histogram[bin] as number) + 1;
}

function percentile(histogram: Uint32Array, count: number, share: number): number {
  const wanted = share * count;
  let passed = 0;
  for (let bin = 0; bin < bins; bin++) {
    passed += histogram[bin] as number;
    if (passed > wanted) return bin / (bins - 1);
  }
  return 1;
}

function share(histogram: Uint32Array, count: number, from: number, to: number): number {
  let inside = 0;
  for (let bin = Math.ceil(from * (bins - 1)); bin <= Math.floor(to * (bins - 1)); bin++) {
    inside += histogram[bin] as number;
  }
  return inside / count;
}
