// The models of fal that pictures are sent to, as of November 2026. The names of their fields are those of the types in
// @fal-ai/client 1.10.1 (endpoints.d.ts). What that does not tell is marked "presumed": the most pixels and bytes, as a rule.
// fal adds fields as it goes, so any may be set by name.

import { nearest } from '../../suggest.ts';
import { unknownModel } from '../unknown-model.ts';
import { cuttingModels } from './cutting-models.ts';
import { editingModels } from './editing-models.ts';
import { mendingModels } from './mending-models.ts';
import type { FalModel } from './model.ts';
import { upscalingModels } from './upscaling-models.ts';

export const defaultModel = 'fal-ai/nano-banana-2/edit';

/** Where several do the same, the one for it goes before those that can be told to do it. */
export const falModels: readonly FalModel[] = [
  ...upscalingModels,
  ...mendingModels,
  ...cuttingModels,
  ...editingModels,
];

/**
 * The one for each operation. `upscale` by Topaz: of the faithful ones it is the one whose price is known beforehand; those
 * charged by the second of a processor (esrgan) have none.
 */
export const falModelFor = {
  enhance: defaultModel,
  upscale: 'fal-ai/topaz/upscale/image',
  denoise: 'fal-ai/nafnet/denoise',
  restore: 'fal-ai/image-apps-v2/photo-restoration',
  relight: 'fal-ai/image-apps-v2/relighting',
  'remove-background': 'fal-ai/birefnet/v2',
  'replace-background': 'fal-ai/bria/background/replace',
  fill: 'fal-ai/flux-pro/v1/fill',
  expand: 'fal-ai/bria/expand',
  retouch: 'fal-ai/bria/eraser',
} as const;

/** The model called `name`, or the default one. Throws CommandError (2) for one that is unknown. */
export function findFalModel(name: string | undefined): FalModel {
  const id = name ?? defaultModel;
  const found = falModels.find((model) => model.id === id);
  if (found !== undefined) return found;
  const names = falModels.map((model) => model.id);
  const near = nearest(id, names) ?? names.find((one) => one === `fal-ai/${id}`);
  throw unknownModel(id, 'at fal whose fields are known', names, near);
}
