import type { EnhanceProvider } from '../enhance.ts';
import { gemini } from './gemini.ts';
import { defaultModel, findGeminiModel, geminiModels } from './models.ts';
import { costOfGemini, estimateGemini } from './prices.ts';

/** Google Gemini's `generateContent` with a picture in and a picture out. */
export const geminiEdits: EnhanceProvider = {
  id: gemini.id,
  label: gemini.label,
  defaultModel,
  defaultQuality: '2K',
  // None of its models takes a mask.
  maskStyle: 'white',
  models: geminiModels,
  findModel: findGeminiModel,
  modelFor: Object.fromEntries(geminiModels[0]?.operations.map((name) => [name, defaultModel]) ?? []),
  // They differ by project, and only AI Studio shows them.
  tiers: [],
  priceUnits: ['text_input', 'image_input', 'output', 'output_picture', 'picture'],
  estimate: estimateGemini,
  costOf: costOfGemini,
  async enhance(request, call) {
    const { editByGemini } = await import('./edit.ts');
    return editByGemini(request, call);
  },
};
