// What Imagine API Studio does with photographs that is known. Source: reference.imagine.art, image editing. It tells
// neither sizes nor limits nor prices; AI Resize, Retouch and AI Backgrounds are named there without being known here.

import type { EditModel } from '../model.ts';
import { unknownModel } from '../unknown-model.ts';
import { singlePurpose } from '../usual-models.ts';

/** The model called `name`, or the one that enlarges. Throws CommandError (2) for one that is unknown. */
export function findImagineModel(name: string = defaultModel): EditModel {
  const found = imagineModels.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const names = imagineModels.map(({ id }) => id);
  throw unknownModel(name, 'that edits pictures at Imagine API Studio', names);
}

export const defaultModel = 'enhance';

const common: Omit<EditModel, 'id' | 'operations'> = {
  ...singlePurpose,
  prompt: 'none',
  // Unknown; what others of its kind take.
  sizes: { kind: 'any', maxPixels: 4_194_304 },
  maxUploadBytes: 5 * 2 ** 20,
  uploadTypes: ['image/png', 'image/jpeg'],
  outputTypes: ['image/png', 'image/jpeg'],
  takesAnyOption: false,
};

export const imagineModels: readonly EditModel[] = [
  { ...common, id: defaultModel, operations: ['upscale'], scales: [0] },
  { ...common, id: 'background-remover', operations: ['remove-background'] },
  { ...common, id: 'generative-fill', operations: ['fill'], prompt: 'needed', mask: 'needed' },
];
