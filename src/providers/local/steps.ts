import type { ExpandStep } from './expand.ts';

/** One thing done to a picture: plain data, with the measured reason. Steps are applied in the order of the plan. */
export type PlanStep = DenoiseStep | ToneStep | SharpenStep | ExpandStep | UpscaleStep;

/** What the one pass over the pixels does. */
export type ToneStep =
  | WhiteBalanceStep
  | DehazeStep
  | ExposureStep
  | ContrastStep
  | FillLightStep
  | LocalContrastStep
  | VibranceStep;

export interface DenoiseStep {
  readonly name: 'denoise';
  /** Standard deviation of the noise to take away, on the scale 0 to 255. */
  readonly sigmaOf255: number;
  readonly why: string;
}

export interface WhiteBalanceStep {
  readonly name: 'white-balance';
  /** Factors on linear light. */
  readonly redGain: number;
  readonly greenGain: number;
  readonly blueGain: number;
  readonly why: string;
}

export interface ExposureStep {
  readonly name: 'exposure';
  /** Stops: 1 doubles the light; black and white stay where they are. */
  readonly ev: number;
  readonly why: string;
}

export interface ContrastStep {
  readonly name: 'contrast';
  /** Code value, on the scale 0 to 255, that becomes black. */
  readonly blackOf255: number;
  /** Code value, on the scale 0 to 255, that becomes white. */
  readonly whiteOf255: number;
  readonly why: string;
}

export interface DehazeStep {
  readonly name: 'dehaze';
  /** Share of the veil, as it is measured from place to place, that is taken away: 0 to 1. */
  readonly amount: number;
  /** Code values, on the scale 0 to 255, of what is hidden by haze altogether: the veil's own colour. */
  readonly airOf255: readonly [red: number, green: number, blue: number];
  readonly why: string;
}

export interface LocalContrastStep {
  readonly name: 'local-contrast';
  /** Share of the difference between luma and that of the surroundings that is added once more. */
  readonly amount: number;
  readonly why: string;
}

export interface FillLightStep {
  readonly name: 'fill-light';
  /** How much brighter the darkest surroundings become: 0.5 is by half. Brighter surroundings get less. */
  readonly amount: number;
  readonly why: string;
}

export interface VibranceStep {
  readonly name: 'vibrance';
  /** Added saturation of the palest colours: 0.2 is a fifth more. */
  readonly amount: number;
  readonly why: string;
}

export interface SharpenStep {
  readonly name: 'sharpen';
  /** Share of the detail (radius about 1 pixel) that is added once more. */
  readonly amount: number;
  /** Detail smaller than this, on the scale 0 to 255, is taken for noise and left. */
  readonly thresholdOf255: number;
  readonly why: string;
}

export interface UpscaleStep {
  readonly name: 'upscale';
  readonly factor: 2 | 4;
  readonly why: string;
}
