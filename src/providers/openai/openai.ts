import type { KeyProvider } from '../provider.ts';

const baseUrl = 'https://api.openai.com/v1';

export const openai: KeyProvider = {
  id: 'openai',
  label: 'OpenAI',
  vendorVariables: ['OPENAI_API_KEY'],
  keyPage: 'https://platform.openai.com/api-keys',
  limitPage: 'https://platform.openai.com/settings/organization/limits',
  baseUrl,
  keyIsOptional: false,
  defaultModel: 'gpt-image-2.5-sunburst',
  // Loaded when it is used: a list of keys asks nobody.
  async verify(call, model = openai.defaultModel) {
    const { verifyByModels } = await import('./verify.ts');
    return verifyByModels(openai, call, { model, listIsPrivate: call.baseUrl === baseUrl });
  },
};
