import type { Raster } from '../../images/raster.ts';
import { measureAcuity } from './acuity.ts';
import { type CastEstimates, estimateCast } from './cast.ts';
import { estimateNoise } from './noise.ts';
import { takeSample } from './sample.ts';
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
  readonly tone: ToneStatistics;
  readonly cast: CastEstimates;
  /** See estimateNoise, on the scale 0 to 255. */
  readonly noiseSigma: number;
  /** See measureAcuity; undefined without clear edges. */
  readonly acuity: number | undefined;
}

/** Measures a picture: about 50 ms for 12 megapixels. The raster is only read. */
export function analyse(raster: Raster): Analysis {
  const pixels = takeSample(raster);
  const tone = measureTone(pixels);
  const noiseSigma = estimateNoise(raster);
  return {
    width: raster.width,
    height: raster.height,
    colour: raster.channels >= 3 && tone.saturation > 0.005,
    pixels,
    tone,
    cast: estimateCast(pixels),
    noiseSigma,
    acuity: measureAcuity(raster, noiseSigma * lumaNoise),
  };
}
