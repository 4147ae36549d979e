import type { KeyProvider } from '../provider.ts';

/** A key is `ID:SECRET` in one string; the two variables FAL_KEY_ID and FAL_KEY_SECRET of fal's own client are not read. */
export const fal: KeyProvider = {
  id: 'fal',
  label: 'fal',
  vendorVariables: ['FAL_KEY'],
  keyPage: 'https://fal.ai/dashboard/keys',
  limitPage: 'https://fal.ai/dashboard/billing',
  // Where jobs are handed in; its other hosts follow from it (hosts.ts).
  baseUrl: 'https://queue.fal.run',
  keyIsOptional: false,
  // Loaded when it is used: a list of keys asks nobody.
  async verify(call, model) {
    const { verifyFal } = await import('./verify.ts');
    return verifyFal(call, model);
  },
};
