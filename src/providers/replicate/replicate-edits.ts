import type { EnhanceProvider } from '../enhance.ts';
import { officialModels } from './catalogue.ts';
import { defaultModel, findReplicateModel } from './models.ts';
import { estimateReplicate } from './prices.ts';
import { replicate } from './replicate.ts';

const editor = 'google/nano-banana-2';

/** Replicate's predictions: a picture in, jobs that are asked for until they are done, a picture out. */
export const replicateEdits: EnhanceProvider = {
  id: replicate.id,
  label: replicate.label,
  defaultModel,
  defaultQuality: '2K',
  maskStyle: 'white',
  models: officialModels,
  findModel: findReplicateModel,
  // `fill` and `remove-background` are done by models of the community alone, which are named with a version.
  modelFor: {
    upscale: defaultModel,
    enhance: editor,
    denoise: editor,
    restore: editor,
    relight: editor,
    'replace-background': editor,
    retouch: editor,
  },
  // 600 predictions a minute for those who pay, 6 with granted credit: a 429 tells which (replicate.com/docs, rate limits).
  tiers: [],
  pace: { requestsPerMinute: 600 },
  priceUnits: ['picture'],
  estimate: estimateReplicate,
  // It counts seconds, and does not say of which processor.
  costOf: () => undefined,
  async enhance(request, call) {
    const { enhanceByReplicate } = await import('./predict.ts');
    return enhanceByReplicate(request, call);
  },
  async collect(job, _model, call) {
    const { collectFromReplicate } = await import('./predict.ts');
    return collectFromReplicate(job, call);
  },
};
