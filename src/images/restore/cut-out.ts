import type { Raster } from '../raster.ts';
import type { Alpha } from './alpha.ts';

// Of 255, on average where both show the same: beyond it the colours of an answer are not those of the picture.
const mostDifference = 24;

// Opacity from which a pixel's own colour counts more and more; below it what was behind it shines through too much.
const nearlyOpaque = 0.94;

/**
 * The colours of a cut-out, in `made`, in place: the source's own to the bit where it is opaque. Where it is partly clear
 * the source shows the old background, too, as a fringe: there the colours that the service has freed from it are taken,
 * unless what it sent in colour is another picture altogether (a silhouette).
 */
export function cutOut(made: Raster, own: Raster, alpha: Alpha): void {
  const { channels, depth } = made;
  const max = depth === 8 ? 255 : 65_535;
  const isOurs = difference(made, own, alpha, max) <= mostDifference;
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    const opacity = (alpha[pixel] as number) / max;
    const share = isOurs ? Math.max(0, opacity - nearlyOpaque) / (1 - nearlyOpaque) : 1;
    for (let at = pixel * channels; at < (pixel + 1) * channels; at++) {
      const value = made.data[at] as number;
      made.data[at] =
        share === 1
          ? (own.data[at] as number)
          : Math.round(value + ((own.data[at] as number) - value) * share);
    }
  }
}

// The mean one of opaque pixels, of 255; 0 without any.
function difference(made: Raster, own: Raster, alpha: Alpha, max: number): number {
  const { channels } = made;
  let [sum, count] = [0, 0];
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    if (alpha[pixel] !== max) continue;
    for (let at = pixel * channels; at < (pixel + 1) * channels; at++) {
      sum += Math.abs((made.data[at] as number) - (own.data[at] as number));
    }
    count += channels;
  }
  return count === 0 ? 0 : (sum / count / max) * 255;
}
