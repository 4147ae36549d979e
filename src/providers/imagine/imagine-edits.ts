import type { EnhanceProvider } from '../enhance.ts';
import { flatCost } from '../price-rules.ts';
import { imagine } from './imagine.ts';
import { defaultModel, findImagineModel, imagineModels } from './models.ts';

/** Imagine API Studio. Its prices are not known: only from a file of the user's. */
export const imagineEdits: EnhanceProvider = {
  id: imagine.id,
  label: imagine.label,
  defaultModel,
  defaultQuality: undefined,
  maskStyle: 'white',
  models: imagineModels,
  findModel: findImagineModel,
  modelFor: { upscale: defaultModel, 'remove-background': 'background-remover', fill: 'generative-fill' },
  tiers: [],
  priceUnits: ['picture'],
  estimate(question, prices) {
    const flat = flatCost(imagine.id, question, prices);
    return flat && { ...flat, tokens: 0 };
  },
  costOf: () => undefined,
  async enhance(request, call) {
    const { editByImagine } = await import('./edit.ts');
    return editByImagine(request, call);
  },
};
