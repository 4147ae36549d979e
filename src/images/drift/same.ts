// Whether a result is the picture as it was sent.
import { type Small, smallPixels } from './small.ts';

// Sending, scaling and compressing alone do less, by what a picture has of fine detail (bench/drift/same.ts).
const mostMean = 0.23;
const mostPart = 2.5;

/** Whether nothing was done to the picture but to send it, scale it and compress it; of a mask, within it. */
export function isSame(source: Small, result: Small, mayChange?: Float32Array): boolean {
  const { mean, most } = differenceOf(source, result, mayChange);
  return mean <= mostMean && most <= mostPart;
}

// Pixels a side of a part: what scaling does to fine detail cancels out within it.
const part = 8;

/**
 * How far apart the mean values (0 to 255) of parts of 8 by 8 pixels are, on average and at most, each divided by 1 + the
 * picture's fine detail: how far, on average, a pixel is from the mean of the 3 by 3 around it. NaN where nothing may change.
 */
export function differenceOf(
  source: Small,
  result: Small,
  mayChange?: Float32Array,
): { readonly mean: number; readonly most: number } {
  const { width, height } = source;
  const scale = 1 + detailOf(source);
  let [sum, most, count] = [0, 0, 0];
  for (let top = 0; top < height; top += part) {
    for (let left = 0; left < width; left += part) {
      const differences = [0, 0, 0];
      let pixels = 0;
      for (const pixel of smallPixels(source, { left, top, width: part, height: part })) {
        if (mayChange !== undefined && (mayChange[pixel] as number) < 0.5) continue;
        pixels += 1;
        for (let c = 0; c < 3; c++) {
          const at = pixel * 3 + c;
          differences[c] =
            (differences[c] as number) + (source.rgb[at] as number) - (result.rgb[at] as number);
        }
      }
      if (pixels === 0) continue;
      for (const difference of differences) {
        const apart = Math.abs(difference) / pixels;
        sum += apart * pixels;
        // A few pixels at the edge of what counts are no part.
        if (pixels >= (part * part) / 2) most = Math.max(most, apart);
      }
      count += pixels * 3;
    }
  }
  return { mean: sum / count / scale, most: most / scale };
}

function detailOf(small: Small): number {
  const { rgb, width, height } = small;
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const around = smallPixels(small, { left: x - 1, top: y - 1, width: 3, height: 3 });
      for (let c = 0; c < 3; c++) {
        let near = 0;
        for (const pixel of around) near += rgb[pixel * 3 + c] as number;
        sum += Math.abs((rgb[(y * width + x) * 3 + c] as number) - near / around.length);
      }
    }
  }
  return sum / rgb.length;
}
