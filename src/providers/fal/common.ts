import { singlePurpose } from '../usual-models.ts';
import type { FalModel } from './model.ts';

/** What models of fal share unless they say otherwise. */
export const common = {
  ...singlePurpose,
  prompt: 'none',
  uploadTypes: ['image/png', 'image/jpeg', 'image/webp'],
  outputTypes: ['image/png', 'image/jpeg', 'image/webp'],
  // In one piece; fal's own client sends larger files in parts.
  maxUploadBytes: 90 * 2 ** 20,
  takesAnyOption: true,
  bills: { pixels: 'result' },
} as const satisfies Partial<FalModel>;

/** For models whose bounds are not stated (presumed). */
export const anySize = { kind: 'any', maxPixels: 24_000_000, minSide: 32 } as const;

/** An option that is on or off. */
export const onOff = ['true', 'false'] as const;

/** More than one picture would cost more than was reserved; a picture within the answer is not needed. */
export const single = { num_images: ['1'], sync_mode: ['false'] } as const;
