import type { EnhanceProvider } from '../enhance.ts';
import { flatCost } from '../price-rules.ts';
import { defaultModel, findStabilityModel, stabilityModels } from './models.ts';
import { stability } from './stability.ts';

/** Stability AI's services for single purposes, each at one price a picture. */
export const stabilityEdits: EnhanceProvider = {
  id: stability.id,
  label: stability.label,
  defaultModel,
  defaultQuality: undefined,
  maskStyle: 'white',
  models: stabilityModels,
  findModel: findStabilityModel,
  modelFor: {
    upscale: defaultModel,
    relight: 'relight',
    'remove-background': 'remove-background',
    'replace-background': 'replace-background-and-relight',
    fill: 'inpaint',
    expand: 'outpaint',
    // With a mask; by name, search-and-replace.
    retouch: 'erase',
  },
  // 150 requests in 10 seconds for the whole account, however many pictures that are.
  tiers: [],
  priceUnits: ['picture'],
  estimate(question, prices) {
    const flat = flatCost(stability.id, question, prices);
    return flat && { ...flat, tokens: 0 };
  },
  costOf: () => undefined,
  async enhance(request, call) {
    const { editByStability } = await import('./edit.ts');
    return editByStability(request, call);
  },
  async collect(job, _model, call) {
    const { collectFromStability } = await import('./edit.ts');
    return collectFromStability(job, call);
  },
  async balance(call) {
    const { stabilityBalance } = await import('./balance.ts');
    return stabilityBalance(call);
  },
};
