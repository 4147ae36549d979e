import type { EnhanceProvider } from '../enhance.ts';
import { openaiTiers } from './limits.ts';
import { defaultModel, findOpenAIModel, openaiModels } from './models.ts';
import { openai } from './openai.ts';
import { costOfOpenAI, estimateOpenAI } from './prices.ts';

/** OpenAI's `/images/edits`. */
export const openaiEdits: EnhanceProvider = {
  id: openai.id,
  label: openai.label,
  defaultModel,
  // Never `auto`, whose price nobody knows before.
  defaultQuality: 'high',
  maskStyle: 'alpha',
  models: openaiModels,
  findModel: findOpenAIModel,
  modelFor: Object.fromEntries(openaiModels[0]?.operations.map((name) => [name, defaultModel]) ?? []),
  tiers: openaiTiers,
  priceUnits: ['text_input', 'image_input', 'output', 'output_picture', 'picture'],
  estimate: estimateOpenAI,
  costOf: costOfOpenAI,
  // The SDK is loaded when it is used: it takes longer than the help of all commands together.
  async enhance({ model, prompt, image, mask, size, quality, options }, call) {
    const { editPicture } = await import('./edit.ts');
    const fields = {
      ...options,
      ...{ model, prompt, image, mask, quality },
      size: size === undefined ? undefined : `${size.width}x${size.height}`,
      // Nothing of the picture is lost on its way back, and it may be transparent: jpeg would come a little sooner, but
      // what is paid for is kept, and made into other formats later.
      output_format: 'png',
    };
    return editPicture(openai, fields, call);
  },
};
