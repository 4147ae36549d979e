// What most models have in common, to be said once; each says what it has of its own.
import type { EditModel } from './model.ts';

/** A model for one purpose, which is told nothing besides. */
export const singlePurpose = {
  mask: 'none',
  scales: [],
  isCreative: false,
  takes: { seed: false, negative: false, styles: [] },
  shutdownDate: undefined,
  qualities: [],
  options: {},
  numbers: {},
} as const satisfies Partial<EditModel>;

/** A model that paints the whole picture anew after words and a mask: it can be asked for anything but more pixels. */
export const repainting = {
  operations: ['enhance', 'denoise', 'restore', 'relight', 'replace-background', 'fill', 'retouch'],
  prompt: 'needed',
  mask: 'welcome',
  scales: [],
  isCreative: true,
  takes: { seed: false, negative: false, styles: [] },
  numbers: {},
} as const satisfies Partial<EditModel>;
