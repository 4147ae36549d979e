// What Stability AI does with pictures, an endpoint each, as of August 2026. Source: its own description of v2beta
// (https://api.stability.ai/v2alpha/openapi): validation rules of the images, fields and their bounds.

import type { EditModel } from '../model.ts';
import { unknownModel } from '../unknown-model.ts';
import { singlePurpose } from '../usual-models.ts';

/** The model called `name`, or the one that enlarges. Throws CommandError (2) for one that is unknown. */
export function findStabilityModel(name: string = defaultModel): EditModel {
  const found = stabilityModels.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const names = stabilityModels.map(({ id }) => id);
  throw unknownModel(name, 'that edits pictures at Stability AI', names);
}

export const defaultModel = 'upscale-conservative';

// `style_preset`.
const styles = [
  ...['enhance', 'anime', 'photographic', 'digital-art', 'comic-book', 'fantasy-art', 'line-art'],
  ...['analog-film', 'neon-punk', 'isometric', 'low-poly', 'origami', 'modeling-compound', 'cinematic'],
  ...['3d-model', 'pixel-art', 'tile-texture'],
];

const painting = { seed: true, negative: true, styles };

// A request has 10 MiB at most; masks and words take their part.
const maxRequestBytes = 10 * 2 ** 20;
type Common = Omit<EditModel, 'id' | 'operations' | 'prompt' | 'sizes'>;

const common: Common = {
  ...singlePurpose,
  uploadTypes: ['image/png', 'image/jpeg', 'image/webp'],
  outputTypes: ['image/png'],
  maxUploadBytes: maxRequestBytes - 2 ** 17,
  takesAnyOption: false,
};
const masked: Common = { ...common, mask: 'needed', maxUploadBytes: maxRequestBytes - 2 ** 21 };

const anyRatio = { kind: 'any', minSide: 64, minPixels: 4_096, maxPixels: 9_437_184 } as const;
const ratioed = { ...anyRatio, maxRatio: 2.5 } as const;

const share = { least: 0, most: 1 } as const;
const lighting = {
  options: { light_source_direction: ['left', 'right', 'above', 'below'] },
  numbers: {
    preserve_original_subject: share,
    original_background_depth: share,
    light_source_strength: share,
  },
  takes: { seed: true, negative: true, styles: [] },
} as const;

export const stabilityModels: readonly EditModel[] = [
  {
    ...{ ...common, id: defaultModel, operations: ['upscale'], prompt: 'needed' },
    // It always makes about four megapixels, whatever it is sent.
    ...{ scales: [0], makesPixels: 4_194_304, sizes: ratioed },
    takes: { seed: true, negative: true, styles: [] },
    numbers: { creativity: { least: 0.2, most: 0.5 } },
  },
  {
    ...{ ...common, id: 'upscale-fast', operations: ['upscale'], prompt: 'none', scales: [4] },
    sizes: { kind: 'any', minSide: 32, maxSide: 1_536, minPixels: 1_024, maxPixels: 1_048_576 },
  },
  {
    ...{ ...common, id: 'upscale-creative', operations: ['upscale'], prompt: 'needed', takes: painting },
    ...{ scales: [0], isCreative: true, sizes: { ...anyRatio, maxPixels: 1_048_576 } },
    numbers: { creativity: { least: 0.1, most: 0.5 } },
  },
  {
    ...{ ...masked, id: 'erase', operations: ['retouch'], prompt: 'none', sizes: anyRatio },
    takes: { seed: true, negative: false, styles: [] },
    numbers: { grow_mask: { least: 0, most: 20 } },
  },
  {
    // What it puts in the place of a thing is described for it, so that it takes no words.
    ...{ ...common, id: 'search-and-replace', operations: ['retouch'], prompt: 'none', sizes: ratioed },
    takes: painting,
    numbers: { grow_mask: { least: 0, most: 20 } },
  },
  {
    ...{ ...masked, id: 'inpaint', operations: ['fill'], prompt: 'needed', sizes: anyRatio, takes: painting },
    numbers: { grow_mask: { least: 0, most: 100 } },
  },
  {
    ...{ ...common, id: 'outpaint', operations: ['expand'], prompt: 'welcome', sizes: ratioed },
    takes: { seed: true, negative: false, styles },
    numbers: { creativity: share },
  },
  {
    ...{ ...common, id: 'remove-background', operations: ['remove-background'], prompt: 'none' },
    sizes: anyRatio,
  },
  {
    // The words are those of the background.
    ...{ ...common, ...lighting, id: 'replace-background-and-relight', operations: ['replace-background'] },
    ...{ prompt: 'none', sizes: ratioed },
  },
  // The same endpoint with the background kept: the words are those of the light.
  { ...common, ...lighting, id: 'relight', operations: ['relight'], prompt: 'needed', sizes: ratioed },
];
