// Models at Replicate of which it is known what they take, as of November 2026. Sources: the schemas at
// replicate.com/OWNER/NAME/api (real-esrgan, clarity-upscaler, nano-banana-2), public clients that send the rest.
import type { OperationName } from '../../operations.ts';
import { commonRatios, longRatios, sizesOf } from '../gemini/sizes.ts';
import type { EditModel, Size } from '../model.ts';
import { singlePurpose } from '../usual-models.ts';
import { type InputFields, usualFields } from './fields.ts';

/** A model with the names of what it takes. */
export interface ReplicateModel extends EditModel {
  readonly input: InputFields;
}

// POST /files: less than 100 MB.
const common = {
  ...singlePurpose,
  uploadTypes: ['image/png', 'image/jpeg', 'image/webp'],
  outputTypes: ['image/png', 'image/jpeg', 'image/webp'],
  maxUploadBytes: 99_999_999,
  takesAnyOption: true,
} as const;

const yesOrNo = ['true', 'false'] as const;
const withSeed = { seed: true, negative: false, styles: [] } as const;

// They paint the picture anew and take no mask.
const painted: readonly OperationName[] = [
  ...(['enhance', 'denoise', 'restore', 'relight', 'replace-background', 'retouch'] as const),
];

/** Official ones: called by their names alone. */
export const officialModels: readonly ReplicateModel[] = [
  {
    ...{ ...common, id: 'nightmareai/real-esrgan', operations: ['upscale'], prompt: 'none', scales: [2, 4] },
    // More is refused by the model itself: "greater than the max size that fits in GPU memory on this hardware, 2096704".
    sizes: { kind: 'any', maxPixels: 2_096_704 },
    options: { face_enhance: yesOrNo },
    // It would redraw faces by another model.
    input: { image: 'image', scale: { field: 'scale' }, always: { face_enhance: false } },
  },
  {
    ...{ ...common, id: 'philz1337x/clarity-upscaler', operations: ['upscale'], prompt: 'welcome' },
    ...{ scales: [2, 4], isCreative: true, takes: { seed: true, negative: true, styles: [] } },
    // No limit is told; its time, which is paid for, grows with the pixels.
    sizes: { kind: 'any', maxPixels: 4_194_304 },
    numbers: {
      creativity: { least: 0, most: 1 },
      resemblance: { least: 0, most: 3 },
      dynamic: { least: 1, most: 50 },
      num_inference_steps: { least: 1, most: 100 },
    },
    input: {
      ...{ image: 'image', prompt: 'prompt', negative: 'negative_prompt', seed: 'seed' },
      ...{ scale: { field: 'scale_factor' }, always: { output_format: 'png' } },
    },
  },
  {
    // It takes the picture and nothing else; its factor is its own.
    ...{ ...common, id: 'recraft-ai/recraft-crisp-upscale', operations: ['upscale'], prompt: 'none' },
    ...{ scales: [0], takesAnyOption: false },
    sizes: { kind: 'any', maxPixels: 4_194_304, maxSide: 4096 },
    maxUploadBytes: 5_000_000,
    input: { image: 'image' },
  },
  {
    ...{ ...common, id: 'topazlabs/image-upscale', operations: ['upscale', 'enhance'], prompt: 'none' },
    ...{ scales: [2, 4] },
    // 96 megapixels of result.
    sizes: { kind: 'any', maxPixels: 6_000_000 },
    options: {
      enhance_model: ['Standard V2', 'Low Resolution V2', 'CGI', 'High Fidelity V2', 'Text Refine'],
      subject_detection: ['None', 'All', 'Foreground', 'Background'],
      face_enhancement: yesOrNo,
    },
    numbers: {
      face_enhancement_creativity: { least: 0, most: 1 },
      face_enhancement_strength: { least: 0, most: 1 },
    },
    input: {
      ...{ image: 'image', scale: { field: 'upscale_factor', isTimes: true } },
      unscaled: { upscale_factor: 'None' },
      always: { output_format: 'png', face_enhancement: false },
    },
  },
  {
    ...{ ...common, id: 'google/nano-banana-2', operations: painted, prompt: 'needed', isCreative: true },
    ...{ qualities: ['1K', '2K', '4K'], outputTypes: ['image/png', 'image/jpeg'] },
    sizes: { kind: 'list', sizes: sizesOf([...commonRatios, ...longRatios], [1, 2]) },
    input: {
      ...{
        image: 'image_input',
        isList: true,
        prompt: 'prompt',
        quality: 'resolution',
        ratio: 'aspect_ratio',
      },
      always: { output_format: 'png' },
    },
  },
  {
    ...{ ...common, id: 'black-forest-labs/flux-kontext-pro', operations: painted, prompt: 'needed' },
    ...{ isCreative: true, takes: withSeed, outputTypes: ['image/png', 'image/jpeg'] },
    sizes: { kind: 'list', sizes: kontextSizes() },
    numbers: { safety_tolerance: { least: 0, most: 6 } },
    input: {
      ...{ image: 'input_image', prompt: 'prompt', seed: 'seed' },
      always: { aspect_ratio: 'match_input_image', output_format: 'png' },
    },
  },
];

/** Those of others: called with a version, by which the result can be had again. */
export const communityModels: readonly ReplicateModel[] = [
  {
    ...{ ...common, id: 'sczhou/codeformer', operations: ['restore'], prompt: 'none', isCreative: true },
    sizes: { kind: 'any', maxPixels: 4_194_304 },
    options: { background_enhance: yesOrNo, face_upsample: yesOrNo },
    numbers: { codeformer_fidelity: { least: 0, most: 1 } },
    input: { image: 'image', always: { upscale: 1 } },
  },
  {
    ...{ ...common, id: 'allenhooo/lama', operations: ['retouch', 'fill'], prompt: 'none', mask: 'needed' },
    ...{ isCreative: true },
    // Good to about 2000 pixels for a side (the paper's own limit).
    sizes: { kind: 'any', maxPixels: 4_194_304 },
    input: { image: 'image', mask: 'mask' },
  },
];

/**
 * A model of which nothing is known: whatever makes one picture of one picture. Edges can be told to none by names that are
 * usual, so it does not `expand`; its factor is taken to be its own unless `scale-name` is given.
 */
export function strangeModel(id: string): ReplicateModel {
  return {
    ...{ ...common, id, prompt: 'welcome', mask: 'welcome', scales: [0], isCreative: true, takes: withSeed },
    operations: [...painted, 'upscale', 'remove-background', 'fill'],
    // What fits the memory of most.
    sizes: { kind: 'any', maxPixels: 4_194_304 },
    input: usualFields,
  };
}

// What FLUX.1 Kontext was trained with; sizes of other ratios are brought to the nearest of these.
// Source: diffusers, pipeline_flux_kontext.py.
function kontextSizes(): Size[] {
  const wide: readonly (readonly [width: number, height: number])[] = [
    ...([
      [1568, 672],
      [1504, 688],
      [1456, 720],
      [1392, 752],
      [1328, 800],
      [1248, 832],
      [1184, 880],
      [1104, 944],
    ] as const),
  ];
  const sizes = wide.map(([width, height]) => ({ width, height }));
  const upright = wide.map(([height, width]) => ({ width, height }));
  return [...sizes, { width: 1024, height: 1024 }, ...upright];
}
