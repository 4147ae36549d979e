import type { Raster } from '../../images/raster.ts';
import { measureAcuity } from './acuity.ts';
import { type CastEstimates, estimateCast } from './cast.ts';
import { type LightMap, lightOfCells, measureLight } from './light-map.ts';
import { estimateNoise } from './noise.ts';
import { keepOpaque, takeSample } from './sample.ts';
import { measureTone, type ToneStatistics } from './statistics.ts';

// Luma weighs the channels, so that independent noise is smaller in it: root of the sum of the squared weights.
const lumaNoise = 0.75;

/** What is measured of one picture, over all its pages; the same picture always gives the same figures. */
export interface Analysis {
  readonly width: number;
  readonly height: number;
  /** False for grey pictures, also for those stored as three equal channels. */
  readonly colour: boolean;
  /** RGB triplets 0..1 of a small copy without its transparent parts; the plan is tried out on them. */
  readonly pixels: Float32Array;
  /** Base luma and veil of each of these pixels, 0..1; see LightMap. */
  readonly base: Float32Array;
  readonly veil: Float32Array;
  /** The light from place to place, for the pass over all pixels. */
  readonly light: LightMap;
  readonly tone: ToneStatistics;
  readonly cast: CastEstimates;
  /** See estimateNoise, on the scale 0 to 255. */
  readonly noiseSigma: number;
  /** See measureAcuity; undefined without clear edges. */
  readonly acuity: number | undefined;
}

/** Measures a picture: about 90 ms for 12 megapixels. The raster is only read. */
export function analyse(raster: Raster): Analysis {
  const grid = takeSample(raster);
  const pixels = keepOpaque(grid, grid.pixels, 3);
  const light = measureLight(grid);
  const { base, veil } = lightOfCells(grid, light);
  const tone = measureTone(pixels);
  const noiseSigma = estimateNoise(raster);
  return {
    width: raster.width,
    height: raster.height,
    colour: raster.channels >= 3 && tone.saturation > 0.005,
    pixels,
    base: keepOpaque(grid, base, 1),
    veil: keepOpaque(grid, veil, 1),
    light,
    tone,
    cast: estimateCast(pixels),
    noiseSigma,
    acuity: measureAcuity(raster, noiseSigma * lumaNoise),
  };
}
