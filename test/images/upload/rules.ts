// Size rules as the models of services have them.
import type { SizeRule } from '../../../src/providers/model.ts';

export const free = {
  kind: 'free',
  multiple: 16,
  minPixels: 655_360,
  usualPixels: 2560 * 1440,
  maxPixels: 8_294_400,
  maxSide: 3840,
  maxRatio: 3,
} as const satisfies SizeRule;

export const list = {
  kind: 'list',
  sizes: [
    { width: 1024, height: 1024 },
    { width: 1536, height: 1024 },
    { width: 1024, height: 1536 },
  ],
} as const satisfies SizeRule;

export const any = { kind: 'any', maxPixels: 4_000_000 } as const satisfies SizeRule;
