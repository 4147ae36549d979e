/**
 * The light of a picture from place to place, measured on a small copy: an edge-aware base of luma and a veil of haze, each as
 * an affine function of the luma of the full-size pixel (fast guided filter, He and Sun 2015), so that both follow edges
 * that the small copy does not resolve. All lists hold `columns * rows * pages` cells; cell centres are spread evenly
 * over each page. Values are code values 0 to 1.
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
