import { commonRatios, longRatios, sizesOf } from '../gemini/sizes.ts';
import { common, onOff, single } from './common.ts';
import type { FalModel } from './model.ts';

// They paint the picture anew by instructions, and take no mask.
const editing = {
  ...common,
  operations: ['enhance', 'denoise', 'restore', 'relight', 'replace-background', 'retouch'],
  prompt: 'needed',
  isCreative: true,
  takes: { ...common.takes, seed: true },
} as const;

// Each side has 512 to 2048 pixels: with so many of them and at most twice as long as wide, it has.
const flux = {
  ...editing,
  sizes: {
    kind: 'free',
    ...{ multiple: 16, minPixels: 2 * 512 * 512, usualPixels: 2048 * 2048 },
    ...{ maxPixels: 2048 * 2048, maxSide: 2048, maxRatio: 2 },
  },
  input: {
    image: 'image_urls',
    prompt: 'prompt',
    size: 'pixels',
    seed: 'seed',
    fixed: { output_format: 'png' },
  },
  bills: { pixels: 'both' },
} as const;

export const editingModels: readonly FalModel[] = [
  {
    id: 'fal-ai/nano-banana-2/edit',
    ...editing,
    qualities: ['1K', '2K', '4K'],
    sizes: { kind: 'list', sizes: sizesOf([...commonRatios, ...longRatios], [1, 2]) },
    options: {
      ...{ ...single, safety_tolerance: ['1', '2', '3', '4', '5', '6'] },
      // Both cost extra.
      ...{ enable_web_search: ['false'], thinking_level: ['minimal'] },
    },
    input: {
      ...{ image: 'image_urls', prompt: 'prompt', size: 'ratio', quality: 'resolution', seed: 'seed' },
      fixed: { output_format: 'png' },
    },
    // Not told by the price list: fal's pages, as others quote them.
    bills: { pixels: 'result', factors: { '1K': 1, '2K': 1.5, '4K': 2 } },
  },
  {
    id: 'fal-ai/flux-2/edit',
    ...flux,
    options: { ...single, acceleration: ['none', 'regular', 'high'], enable_safety_checker: onOff },
  },
  {
    id: 'fal-ai/flux-2-pro/edit',
    ...flux,
    options: { ...single, safety_tolerance: ['1', '2', '3', '4', '5'], enable_safety_checker: onOff },
  },
];
