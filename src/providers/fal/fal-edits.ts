import { systemClock } from '../../clock.ts';
import type { EnhanceProvider } from '../enhance.ts';
import { fal } from './fal.ts';
import { defaultModel, falModelFor, falModels, findFalModel } from './models.ts';
import { costByFal, estimateFal, rowsOfQuote } from './prices.ts';

/** fal's queue: a job is handed in, looked at until it is done, and its picture fetched. */
export const falEdits: EnhanceProvider = {
  id: fal.id,
  label: fal.label,
  defaultModel,
  defaultQuality: '2K',
  maskStyle: 'white',
  models: falModels,
  findModel: findFalModel,
  modelFor: falModelFor,
  // Jobs run two at a time and more, by what the account has bought; the rest wait in the queue, and none is refused.
  tiers: [],
  // More would not be made sooner for most, and wait in the queue.
  pace: { inFlight: 8 },
  priceUnits: ['picture', 'megapixel'],
  estimate: estimateFal,
  // It counts no tokens.
  costOf: () => undefined,
  costByHeaders: costByFal,
  async enhance(request, call) {
    const { makeByFal } = await import('./make.ts');
    return makeByFal(request, call);
  },
  async collect(job, model, call) {
    const { collectFromFal } = await import('./make.ts');
    return collectFromFal(job, model, call);
  },
  async quote(model, call) {
    const { quoteByFal } = await import('./quote.ts');
    const today = new Date(systemClock.now()).toISOString().slice(0, 10);
    return rowsOfQuote(model, await quoteByFal(model, call), today);
  },
};
