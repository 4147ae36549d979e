import type { KeyProvider } from '../provider.ts';

export const replicate: KeyProvider = {
  id: 'replicate',
  label: 'Replicate',
  vendorVariables: ['REPLICATE_API_TOKEN'],
  keyPage: 'https://replicate.com/account/api-tokens',
  limitPage: 'https://replicate.com/account/billing',
  baseUrl: 'https://api.replicate.com/v1',
  keyIsOptional: false,
  defaultModel: 'nightmareai/real-esrgan',
  // Loaded when it is used: a list of keys asks nobody.
  async verify(call, model = replicate.defaultModel) {
    const { verifyReplicate } = await import('./verify.ts');
    return verifyReplicate(call, model);
  },
};
