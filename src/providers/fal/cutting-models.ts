import { anySize, common, onOff, single } from './common.ts';
import type { FalModel } from './model.ts';
import { fewRatios } from './sizes.ts';

const byMask = { ...common, mask: 'needed', isCreative: true, sizes: anySize } as const;
const seeded = { ...common.takes, seed: true } as const;
const withNegative = { seed: true, negative: true, styles: [] } as const;

/** For a part of the picture: its background, its edges, what a mask marks or a word names. */
export const cuttingModels: readonly FalModel[] = [
  {
    id: 'fal-ai/birefnet/v2',
    ...common,
    operations: ['remove-background'],
    sizes: anySize,
    options: {
      ...single,
      operating_resolution: ['1024x1024', '2048x2048', '2304x2304'],
      output_format: ['png', 'webp'],
      refine_foreground: onOff,
      mask_only: ['false'],
      output_mask: ['false'],
    },
    // The model that was trained with pictures of 2048 pixels.
    input: {
      image: 'image_url',
      fixed: {
        ...{ model: 'General Use (Light 2K)', operating_resolution: '2048x2048', output_format: 'png' },
      },
    },
  },
  {
    id: 'fal-ai/bria/background/remove',
    ...common,
    operations: ['remove-background'],
    sizes: anySize,
    options: single,
    input: { image: 'image_url' },
  },
  {
    id: 'fal-ai/bria/background/replace',
    ...common,
    operations: ['replace-background'],
    isCreative: true,
    takes: withNegative,
    sizes: anySize,
    options: { ...single, fast: onOff, refine_prompt: onOff },
    input: { image: 'image_url', background: 'prompt', seed: 'seed', negative: 'negative_prompt' },
  },
  {
    id: 'fal-ai/bria/eraser',
    ...byMask,
    operations: ['retouch'],
    options: { ...single, mask_type: ['manual', 'automatic'], preserve_alpha: onOff },
    input: { image: 'image_url', mask: 'mask_url' },
  },
  {
    id: 'fal-ai/image-apps-v2/object-removal',
    ...common,
    operations: ['retouch'],
    isCreative: true,
    sizes: fewRatios,
    input: { image: 'image_url', thing: 'object_to_remove', size: 'ratio-within' },
  },
  {
    id: 'fal-ai/flux-pro/v1/fill',
    ...byMask,
    operations: ['fill'],
    prompt: 'needed',
    takes: seeded,
    // As FLUX makes them (presumed).
    sizes: { kind: 'any', maxPixels: 4_000_000, minSide: 256 },
    options: { ...single, enhance_prompt: onOff, safety_tolerance: ['1', '2', '3', '4', '5', '6'] },
    input: {
      ...{ image: 'image_url', mask: 'mask_url', prompt: 'prompt', seed: 'seed' },
      fixed: { output_format: 'png' },
    },
  },
  {
    id: 'fal-ai/bria/genfill',
    ...byMask,
    operations: ['fill'],
    prompt: 'needed',
    takes: withNegative,
    options: single,
    input: {
      ...{ image: 'image_url', mask: 'mask_url', prompt: 'prompt' },
      ...{ seed: 'seed', negative: 'negative_prompt' },
    },
  },
  {
    id: 'fal-ai/bria/expand',
    ...common,
    operations: ['expand'],
    prompt: 'welcome',
    isCreative: true,
    takes: withNegative,
    // The canvas has less than 5000 x 5000 pixels, of which the picture takes more than 15 %.
    sizes: { kind: 'any', maxPixels: 12_000_000, minSide: 32 },
    options: single,
    input: {
      ...{ image: 'image_url', prompt: 'prompt', edges: { as: 'canvas' } },
      ...{ seed: 'seed', negative: 'negative_prompt' },
    },
  },
  {
    id: 'fal-ai/image-apps-v2/outpaint',
    ...common,
    operations: ['expand'],
    prompt: 'welcome',
    isCreative: true,
    sizes: { kind: 'any', maxPixels: 4_000_000, minSide: 32 },
    options: { ...single, enable_safety_checker: onOff },
    // It would shrink the picture by a fifth unless it is told not to.
    input: {
      ...{ image: 'image_url', prompt: 'prompt', edges: { as: 'sides', most: 700 } },
      fixed: { zoom_out_percentage: 0, output_format: 'png' },
    },
  },
];
