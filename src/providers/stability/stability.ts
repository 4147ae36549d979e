import type { KeyProvider } from '../provider.ts';

export const stability: KeyProvider = {
  id: 'stability',
  label: 'Stability AI',
  vendorVariables: ['STABILITY_API_KEY'],
  keyPage: 'https://platform.stability.ai/account/keys',
  limitPage: 'https://platform.stability.ai/account/credits',
  baseUrl: 'https://api.stability.ai',
  keyIsOptional: false,
  // Loaded when it is used: a list of keys asks nobody.
  async verify(call) {
    const { verifyStability } = await import('./verify.ts');
    return verifyStability(call);
  },
};
