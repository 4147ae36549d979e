import { anySize, common, onOff, single } from './common.ts';
import type { FalModel } from './model.ts';

const upscaling = { ...common, operations: ['upscale'], scales: [2, 4], sizes: anySize } as const;
const byFactor = { image: 'image_url', scale: 'upscale_factor' } as const;
// Recraft's own bounds, as its API has them; presumed here. It enlarges by a factor of its own.
const recraft = {
  ...upscaling,
  scales: [0],
  uploadTypes: ['image/png'],
  maxUploadBytes: 5_000_000,
  sizes: { kind: 'any', maxPixels: 4_000_000, maxSide: 4096, minSide: 32 },
  options: { ...single, enable_safety_checker: onOff },
  input: { image: 'image_url' },
} as const;

/** Faithful ones, then those that invent detail. */
export const upscalingModels: readonly FalModel[] = [
  {
    id: 'fal-ai/topaz/upscale/image',
    ...upscaling,
    // A result has 512 megapixels at most.
    sizes: { kind: 'any', maxPixels: 32_000_000, maxSide: 8000, minSide: 32 },
    options: { face_enhancement: onOff, crop_to_fill: ['false'] },
    numbers: {
      denoise: { least: 0, most: 1 },
      sharpen: { least: 0, most: 1 },
      fix_compression: { least: 0, most: 1 },
      face_enhancement_strength: { least: 0, most: 1 },
      face_enhancement_creativity: { least: 0, most: 1 },
    },
    // It would redraw faces unless it is told not to.
    input: { ...byFactor, fixed: { face_enhancement: false, output_format: 'png' } },
    bills: { pixels: 'result', hasTiers: true },
  },
  {
    id: 'fal-ai/seedvr/upscale/image',
    ...upscaling,
    takes: { ...common.takes, seed: true },
    options: { ...single, upscale_mode: ['factor'] },
    numbers: { noise_scale: { least: 0, most: 1 } },
    input: { ...byFactor, seed: 'seed', fixed: { upscale_mode: 'factor', output_format: 'png' } },
  },
  {
    id: 'fal-ai/esrgan',
    ...upscaling,
    // What it holds at once without tiles (presumed).
    sizes: { kind: 'any', maxPixels: 4_200_000, minSide: 32 },
    options: { face: onOff },
    input: { image: 'image_url', scale: 'scale', fixed: { output_format: 'png' } },
  },
  { id: 'fal-ai/recraft/upscale/crisp', ...recraft },
  {
    id: 'fal-ai/clarity-upscaler',
    ...upscaling,
    isCreative: true,
    prompt: 'welcome',
    takes: { ...common.takes, seed: true, negative: true },
    sizes: { kind: 'any', maxPixels: 4_200_000, minSide: 64 },
    options: { enable_safety_checker: onOff },
    numbers: { creativity: { least: 0, most: 1 }, resemblance: { least: 0, most: 1 } },
    input: { ...byFactor, prompt: 'prompt', seed: 'seed', negative: 'negative_prompt' },
  },
  { id: 'fal-ai/recraft/upscale/creative', ...recraft, isCreative: true },
];
