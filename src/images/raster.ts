/**
 * Uncompressed pixels, upright, in the encoding of the picture's own RGB or grey profile (code values, not linear
 * light). `data` holds `width * height * pages * channels` values, row by row, channels interleaved, pages one below
 * the other. `channels`: 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha (straight, not premultiplied). `data` is a
 * Uint8Array for `depth` 8 (0 to 255) and a Uint16Array for `depth` 16 (0 to 65535).
 */
export interface Raster {
  data: Uint8Array | Uint16Array;
  readonly width: number;
  /** Height of one page in pixels. */
  readonly height: number;
  readonly pages: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly depth: 8 | 16;
}
