import type { Raster } from '../raster.ts';

// Of 255: noise of a compressor on one colour stays below it, the faintest picture does not.
const mostDeviation = 1.5;

/** Whether a picture shows nothing: one colour all over, but for what a compressor adds, or no opaque pixel at all. */
export function isPlain({ data, channels, depth }: Raster): boolean {
  const max = depth === 8 ? 255 : 65_535;
  const colours = channels < 3 ? 1 : 3;
  const hasAlpha = channels > colours;
  const sums = new Float64Array(colours);
  const squares = new Float64Array(colours);
  let weight = 0;
  for (let at = 0; at < data.length; at += channels) {
    const alpha = hasAlpha ? (data[at + colours] as number) / max : 1;
    weight += alpha;
    for (let c = 0; c < colours; c++) {
      const value = ((data[at + c] as number) * 255) / max;
      sums[c] = (sums[c] as number) + alpha * value;
      squares[c] = (squares[c] as number) + alpha * value * value;
    }
  }
  if (weight === 0) return true;
  // A cut-out of one colour shows its outline.
  if (hasAlpha && weight < (data.length / channels) * 0.999) return false;
  return sums.every((sum, c) => (squares[c] as number) / weight - (sum / weight) ** 2 <= mostDeviation ** 2);
}
