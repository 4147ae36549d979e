import type { Edges } from '../../operations.ts';
import type { Raster } from '../raster.ts';

/** Puts the source's own pixels into `made`, in place, where the weight is below 255; at 0 to the bit. */
export function keepOwn(made: Raster, own: Raster, weights: Uint8Array): void {
  const { channels } = made;
  for (let pixel = 0; pixel < weights.length; pixel++) {
    const weight = weights[pixel] as number;
    if (weight === 255) continue;
    for (let at = pixel * channels; at < (pixel + 1) * channels; at++) {
      const value = own.data[at] as number;
      made.data[at] = value + Math.round((((made.data[at] as number) - value) * weight) / 255);
    }
  }
}

/**
 * Puts the source's own pixels into the middle of a larger picture, in place, to the bit but for the last `feather` pixels
 * before an edge that was added.
 */
export function putBack(made: Raster, own: Raster, edges: Edges, feather: number): void {
  const { width, height, channels } = own;
  // A feather never reaches the middle of a picture of a few pixels.
  const reach = Math.min(feather, Math.ceil(Math.min(width, height) / 2));
  const across = nearness(width, edges.left > 0, edges.right > 0, reach);
  const down = nearness(height, edges.top > 0, edges.bottom > 0, reach);
  for (let y = 0; y < height; y++) {
    const from = y * width * channels;
    const to = ((y + edges.top) * made.width + edges.left) * channels;
    for (let x = 0; x < width; x++) {
      const share = Math.max(across[x] as number, down[y] as number);
      for (let c = 0; c < channels; c++) {
        const value = own.data[from + x * channels + c] as number;
        const at = to + x * channels + c;
        made.data[at] = value + Math.round(((made.data[at] as number) - value) * share);
      }
    }
  }
}

// The share of what was made, along one axis: 0 from `reach` pixels off, nearly 1 beside an edge that was added.
function nearness(length: number, before: boolean, after: boolean, reach: number): Float32Array {
  return Float32Array.from({ length }, (_, at) => {
    const distance = Math.min(before ? at : reach, after ? length - 1 - at : reach);
    return distance >= reach ? 0 : 1 - (distance + 0.5) / reach;
  });
}
