// What Imagine API Studio does with photographs that is known. Source: reference.imagine.art, image editing. It tells
// neither sizes nor limits nor prices; AI Resize, Retouch and AI Backgrounds are named there without being known here.
import { CommandError, exitCodes } from '../../errors.ts';
import { nearest } from '../../suggest.ts';
import { printable } from '../../text.ts';
import type { EditModel } from '../model.ts';

/** The model called `name`, or the one that enlarges. Throws CommandError (2) for one that is unknown. */
export function findImagineModel(name: string = defaultModel): EditModel {
  const found = imagineModels.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const names = imagineModels.map(({ id }) => id);
  const near = nearest(name, names);
  throw new CommandError(`there is no model ${printable(name)} that edits pictures at Imagine API Studio`, {
    exitCode: exitCodes.usage,
    hint: near === undefined ? `the models are: ${names.join(', ')}` : `did you mean ${near}?`,
  });
}

export const defaultModel = 'enhance';

const common: Omit<EditModel, 'id' | 'operations'> = {
  ...{ mask: 'none', prompt: 'none', scales: [], isCreative: false, shutdownDate: undefined, qualities: [] },
  takes: { seed: false, negative: false, styles: [] },
  // Unknown; what others of its kind take.
  sizes: { kind: 'any', maxPixels: 4_194_304 },
  maxUploadBytes: 5 * 2 ** 20,
  uploadTypes: ['image/png', 'image/jpeg'],
  outputTypes: ['image/png', 'image/jpeg'],
  ...{ options: {}, numbers: {}, takesAnyOption: false },
};

export const imagineModels: readonly EditModel[] = [
  { ...common, id: defaultModel, operations: ['upscale'], scales: [0] },
  { ...common, id: 'background-remover', operations: ['remove-background'] },
  { ...common, id: 'generative-fill', operations: ['fill'], prompt: 'needed', mask: 'needed' },
];
