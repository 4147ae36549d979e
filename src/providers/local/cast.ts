import { blueWeight, greenWeight, redWeight } from './statistics.ts';

/** A colour cast as natural logarithms of ratios of code values; 0 is neutral. */
export interface Cast {
  /** Red over blue: positive is warm. */
  readonly warmth: number;
  /** Green over the geometric mean of red and blue: positive is green, negative magenta. */
  readonly green: number;
}

/** Three independent guesses at the cast of the light, and what the picture itself brings along. */
export interface CastEstimates {
  /** From the average of the picture (grey world). */
  readonly average: Cast;
  /** From the brightest twentieth that is not cut off (white patch). */
  readonly patch: Cast;
  /** From the differences between neighbours (grey edge). */
  readonly edges: Cast;
  /** Luma of the bright patch, 0 to 1. */
  readonly patchLuma: number;
  /** Saturation of the bright patch: (largest - smallest channel) / largest. */
  readonly patchSaturation: number;
  /** How much pixels differ in colour once the average cast is taken away: mean distance of log ratios. */
  readonly colourSpread: number;
}

/** Guesses the cast of RGB triplets 0..1. */
export function estimateCast(pixels: Float32Array): CastEstimates {
  const total = [0, 0, 0];
  const edges = [0, 0, 0];
  const lumas = new Float32Array(pixels.length / 3);
  let seen = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const luma = lumaAt(pixels, at);
    const usable = mostAt(pixels, at) < 0.985;
    lumas[at / 3] = usable ? luma : 0;
    if (luma < 0.05 || !usable) continue;
    seen++;
    for (let c = 0; c < 3; c++) {
      total[c] = (total[c] as number) + (pixels[at + c] as number);
      if (at >= 3) {
        edges[c] =
          (edges[c] as number) + Math.abs((pixels[at + c] as number) - (pixels[at + c - 3] as number));
      }
    }
  }
  const threshold = lumas.slice().sort()[Math.floor(lumas.length * 0.95)] ?? 0;
  const bright = [0, 0, 0];
  let brightSeen = 0;
  const average = castOf(total, seen);
  let spread = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const luma = lumas[at / 3] as number;
    if (luma < 0.05) continue;
    const red = Math.log((pixels[at] as number) + little);
    const green = Math.log((pixels[at + 1] as number) + little);
    const blue = Math.log((pixels[at + 2] as number) + little);
    const warmth = (red - blue - average.warmth) / 2;
    const greenness = green - (red + blue) / 2 - average.green;
    spread += Math.sqrt(warmth * warmth + greenness * greenness);
    if (luma < threshold) continue;
    brightSeen++;
    for (let c = 0; c < 3; c++) bright[c] = (bright[c] as number) + (pixels[at + c] as number);
  }
  const patch = bright.map((sum) => (brightSeen === 0 ? 0 : sum / brightSeen));
  const most = Math.max(...patch);
  return {
    average,
    patch: castOf(bright, brightSeen),
    edges: castOf(edges, seen),
    patchLuma: lumaAt(Float32Array.from(patch), 0),
    patchSaturation: most === 0 ? 0 : (most - Math.min(...patch)) / most,
    colourSpread: seen === 0 ? 0 : spread / seen,
  };
}

// Added to each channel, so that pixels without blue do not count without bound.
const little = 0.004;

function castOf(sums: readonly number[], count: number): Cast {
  const [red, green, blue] = sums.map((sum) => Math.log(count === 0 ? 1 : sum / count + little)) as [
    number,
    number,
    number,
  ];
  return { warmth: red - blue, green: green - (red + blue) / 2 };
}

function lumaAt(pixels: Float32Array, at: number): number {
  return (
    redWeight * (pixels[at] as number) +
    greenWeight * (pixels[at + 1] as number) +
    blueWeight * (pixels[at + 2] as number)
  );
}

function mostAt(pixels: Float32Array, at: number): number {
  return Math.max(pixels[at] as number, pixels[at + 1] as number, pixels[at + 2] as number);
}
