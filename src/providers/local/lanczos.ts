import type { Raster } from '../../images/raster.ts';
import { resample } from '../../lanczos.ts';

/** A picture `factor` times as wide and as high by Lanczos interpolation. Pages do not see one another. */
export function enlarge(raster: Raster, factor: 2 | 4): Raster {
  const size = { width: raster.width * factor, height: raster.height * factor };
  if (raster.pages === 1) return { ...raster, ...resample(raster, size) };
  const values = raster.width * raster.height * raster.channels;
  const grown = values * factor * factor;
  const length = grown * raster.pages;
  const data = raster.depth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  for (let page = 0; page < raster.pages; page++) {
    const one = { ...raster, data: raster.data.subarray(page * values, (page + 1) * values), pages: 1 };
    data.set(resample(one, size).data, page * grown);
  }
  return { ...raster, ...size, data };
}
