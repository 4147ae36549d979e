import { anySize, common, onOff } from './common.ts';
import type { FalModel } from './model.ts';
import { fewRatios } from './sizes.ts';

const lightings = [
  ...['natural', 'studio', 'golden_hour', 'blue_hour', 'dramatic', 'soft', 'hard', 'backlight'],
  ...['side_light', 'front_light', 'rim_light', 'sunset', 'sunrise', 'neon', 'candlelight', 'moonlight'],
  ...['spotlight', 'ambient'],
];

// They make a picture of one of five ratios: what is sent is padded to the nearest, and the same is asked for.
const app = { ...common, isCreative: true, sizes: fewRatios } as const;

/** Against noise and damage, and for other light. */
export const mendingModels: readonly FalModel[] = [
  {
    id: 'fal-ai/nafnet/denoise',
    ...common,
    operations: ['denoise'],
    takes: { ...common.takes, seed: true },
    sizes: anySize,
    input: { image: 'image_url', seed: 'seed' },
  },
  {
    id: 'fal-ai/image-apps-v2/photo-restoration',
    ...app,
    operations: ['restore'],
    options: { fix_colors: onOff, remove_scratches: onOff, enhance_resolution: onOff },
    input: { image: 'image_url', size: 'ratio-within' },
  },
  {
    id: 'fal-ai/image-apps-v2/relighting',
    ...app,
    operations: ['relight'],
    takes: { ...common.takes, styles: lightings },
    input: { image: 'image_url', size: 'ratio-within', style: 'lighting_style' },
  },
];
