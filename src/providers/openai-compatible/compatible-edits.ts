import { CallError, type EnhanceProvider } from '../enhance.ts';
import type { EditModel, UploadType } from '../model.ts';
import { costOfTokens, flatCost, tokenRates } from '../price-rules.ts';
import { repainting } from '../usual-models.ts';
import { openaiCompatible } from './openai-compatible.ts';

/**
 * `/images/edits` of any server that speaks OpenAI's API. Some refuse what they do not know, others do something else
 * with it: nothing is sent but what is asked for. Prices are the server's own: known only from a file of the user's.
 */
export const compatibleEdits: EnhanceProvider = {
  id: openaiCompatible.id,
  label: openaiCompatible.label,
  defaultModel: undefined,
  defaultQuality: undefined,
  // stable-diffusion.cpp, Lemonade, LocalAI and vLLM-Omni alike.
  maskStyle: 'white',
  models: [],
  findModel: describeModel,
  modelFor: Object.fromEntries(repainting.operations.map((name) => [name, ''])),
  tiers: [],
  priceUnits: ['text_input', 'image_input', 'output', 'picture'],
  estimate(question, prices) {
    const flat = flatCost(openaiCompatible.id, question, prices);
    return flat && { ...flat, tokens: 0 };
  },
  costOf(model, usage, prices) {
    const rates = tokenRates(openaiCompatible.id, model, prices);
    return rates && costOfTokens(usage, rates);
  },
  async enhance({ model, prompt, image, mask, size, quality, options }, call) {
    const { [maskName]: name = 'mask', ...others } = options;
    const own = [...Object.keys(others), name].find((key) => reserved.has(key));
    if (own !== undefined) {
      throw new CallError(`the option ${own} cannot be set`, {
        ...{ provider: openaiCompatible.id, kind: 'invalid', charge: 'none' },
      });
    }
    const { editPicture } = await import('../openai/edit.ts');
    const fields = {
      ...others,
      ...{ model: model === '' ? undefined : model, prompt, image, [name]: mask, quality },
      size: size === undefined ? undefined : `${size.width}x${size.height}`,
    };
    return editPicture(openaiCompatible, fields, call);
  },
};

/** An option that is not sent: the name under which the mask is. vLLM-Omni wants `mask_image`. */
export const maskName = 'mask-name';

// What is sent anyway, and what would make another answer of it.
const reserved: ReadonlySet<string> = new Set([
  ...['image', 'image[]', 'images', 'prompt', 'model', 'size', 'quality', 'n', 'stream', 'partial_images'],
]);

const types: readonly UploadType[] = ['image/png', 'image/jpeg'];

// Without a name the server takes the model it has.
function describeModel(name = ''): EditModel {
  return {
    id: name,
    ...repainting,
    shutdownDate: undefined,
    qualities: [],
    // As many as the models that run on one's own machine are made for: 2048 × 2048.
    sizes: { kind: 'any', maxPixels: 4_194_304 },
    uploadTypes: types,
    outputTypes: types,
    maxUploadBytes: 49_999_999,
    options: {},
    takesAnyOption: true,
  };
}
