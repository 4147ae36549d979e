import type { KeyProvider } from '../provider.ts';
import { verifyByModels } from './verify.ts';

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
  verify(call, model = openai.defaultModel) {
    return verifyByModels(openai, call, { model, listIsPrivate: call.baseUrl === baseUrl });
  },
};
